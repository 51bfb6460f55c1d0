// pulumi-resource-random is the provider of random values for machines that cannot download the official plugin: the
// same Terraform provider behind the same bridge.
package main

import (
	"context"

	pftfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	"github.com/terraform-providers/terraform-provider-random/shim"

	"toolchain/providers/bridge"
)

// version is that of the npm package, set by the linker.
var version string

func main() {
	info := tfbridge.ProviderInfo{
		P:            pftfbridge.ShimProvider(shim.New()),
		Name:         "random",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(bridge.NoSchema),
	}
	info.MustComputeTokens(tokens.SingleModule("random_", "index", prefixed))

	bridge.PrintInputs(info)
	bridge.EndWithEngine()
	pftfbridge.Main(context.Background(), "random", info, pftfbridge.ProviderMetadata{PackageSchema: bridge.NoSchema})
}

// prefixed names resources as the SDK does: random_password is RandomPassword.
func prefixed(module, name string) (string, error) {
	return tokens.MakeStandard("random")(module, "Random"+name)
}
