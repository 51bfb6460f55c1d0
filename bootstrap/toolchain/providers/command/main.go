// pulumi-resource-command is the Command provider for machines that cannot download the official plugin. It holds
// command:local:Command alone and behaves as the SDK's documentation of it says.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
	"github.com/pulumi/pulumi-go-provider/infer"
	"github.com/pulumi/pulumi/sdk/v3/go/property"
)

// version is that of the npm package, set by the linker.
var version string

func main() {
	ctx := context.Background()
	commands := withoutGuesses(infer.Provider(infer.Options{
		Resources: []infer.InferredResource{infer.Resource(&Command{})},
	}))

	var err error
	switch {
	case slices.Equal(os.Args[1:], []string{"-version"}), slices.Equal(os.Args[1:], []string{"--version"}):
		fmt.Println(version)
	case slices.Equal(os.Args[1:], []string{"--list-inputs"}):
		err = printInputs(ctx, commands)
	default:
		go endWithEngine()
		err = provider.RunProvider(ctx, "command", version, commands)
		running.killAll()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// withoutGuesses mends two things that the framework cannot know: a command that runs again may print anything, so
// its outputs are unknown while previewing that; and a change inside triggers replaces, not only one of all of them.
func withoutGuesses(p provider.Provider) provider.Provider {
	update, diff := p.Update, p.Diff
	p.Update = func(ctx context.Context, req provider.UpdateRequest) (provider.UpdateResponse, error) {
		resp, err := update(ctx, req)
		if req.DryRun && err == nil {
			for _, output := range []string{"stdout", "stderr"} {
				resp.Properties = resp.Properties.Set(output, property.New(property.Computed))
			}
		}
		return resp, err
	}
	p.Diff = func(ctx context.Context, req provider.DiffRequest) (provider.DiffResponse, error) {
		resp, err := diff(ctx, req)
		for path, change := range resp.DetailedDiff {
			if strings.HasPrefix(path, "triggers") && !strings.HasSuffix(string(change.Kind), "&replace") {
				change.Kind += "&replace"
				resp.DetailedDiff[path] = change
			}
		}
		return resp, err
	}
	return p
}

// printInputs prints the inputs of every resource by type token, as the bridged providers do.
func printInputs(ctx context.Context, p provider.Provider) error {
	schema, err := provider.GetSchema(ctx, "command", version, p)
	if err != nil {
		return err
	}
	inputs := map[string][]string{}
	for token, resource := range schema.Resources {
		inputs[token] = slices.Sorted(maps.Keys(resource.InputProperties))
	}
	return json.NewEncoder(os.Stdout).Encode(inputs)
}
