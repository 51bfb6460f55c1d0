// pulumi-resource-tls is the TLS provider (keys and certificates) for machines that cannot download the official
// plugin: the same Terraform provider behind the same bridge.
package main

import (
	"context"

	"github.com/hashicorp/terraform-provider-tls/shim"
	pftfbridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"

	"toolchain/providers/bridge"
)

// version is that of the npm package, set by the linker.
var version string

func main() {
	info := tfbridge.ProviderInfo{
		P:            pftfbridge.ShimProvider(shim.New()),
		Name:         "tls",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(bridge.NoSchema),
	}
	info.MustComputeTokens(tokens.SingleModule("tls_", "index", tokens.MakeStandard("tls")))

	bridge.PrintInputs(info)
	bridge.EndWithEngine()
	pftfbridge.Main(context.Background(), "tls", info, pftfbridge.ProviderMetadata{PackageSchema: bridge.NoSchema})
}
