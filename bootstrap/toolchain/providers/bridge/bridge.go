// Package bridge holds what the bridged providers (docker, tls, random) share. They are builds for machines that
// cannot download the official plugins, made of the same Terraform providers and the same bridge.
package bridge

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"

	"toolchain/providers/engine"
)

// NoSchema stands for the package schema and the bridge's metadata, which serve SDK generation; the engine asks
// for neither.
var NoSchema = []byte("{}")

// EndWithEngine ends this process when the engine is gone, a killed one too: what it had asked for ends with it.
func EndWithEngine() {
	go func() {
		<-engine.Gone()
		os.Exit(1)
	}()
}

// PrintInputs answers `--list-inputs` and exits: the inputs of every resource by type token, nested ones as dotted
// paths, under the names that this plugin accepts. It lets a test find inputs of the SDK that the plugin would drop.
func PrintInputs(info tfbridge.ProviderInfo) {
	if len(os.Args) != 2 || os.Args[1] != "--list-inputs" {
		return
	}
	inputs := map[string][]string{}
	for name, resource := range info.Resources {
		names := inputNames(info.P.ResourcesMap().Get(name).Schema(), resource.Fields)
		slices.Sort(names)
		inputs[string(resource.Tok)] = names
	}
	if err := json.NewEncoder(os.Stdout).Encode(inputs); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func inputNames(fields shim.SchemaMap, infos map[string]*tfbridge.SchemaInfo) []string {
	names := []string{}
	fields.Range(func(key string, field shim.Schema) bool {
		if !field.Optional() && !field.Required() {
			return true
		}
		name := tfbridge.TerraformToPulumiNameV2(key, fields, infos)
		names = append(names, name)
		if nested, ok := field.Elem().(shim.Resource); ok {
			for _, inner := range inputNames(nested.Schema(), nestedInfos(infos[key])) {
				names = append(names, name+"."+inner)
			}
		}
		return true
	})
	return names
}

// nestedInfos returns the overrides of a block's fields; a list's block holds them in its element.
func nestedInfos(info *tfbridge.SchemaInfo) map[string]*tfbridge.SchemaInfo {
	switch {
	case info == nil:
		return nil
	case info.Elem != nil:
		return info.Elem.Fields
	default:
		return info.Fields
	}
}
