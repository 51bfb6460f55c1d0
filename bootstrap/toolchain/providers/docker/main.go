// pulumi-resource-docker is the Docker provider for machines that cannot download the official plugin: the same
// Terraform provider behind the same bridge. Image (builds) is not part of it: the official plugin adds that by hand.
package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge/tokens"
	sdkv2 "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim/sdk-v2"
	"github.com/terraform-providers/terraform-provider-docker/shim"

	"toolchain/providers/bridge"
)

// version is that of the npm package, set by the linker.
var version string

func main() {
	info := tfbridge.ProviderInfo{
		P:            sdkv2.NewProvider(shim.New(version)),
		Name:         "docker",
		Version:      version,
		MetadataInfo: tfbridge.NewProviderMetadata(bridge.NoSchema),
		Config:       map[string]*tfbridge.SchemaInfo{"registry_auth": {Name: "registryAuth"}},
		Resources: map[string]*tfbridge.ResourceInfo{
			"docker_container": {
				Fields: map[string]*tfbridge.SchemaInfo{
					"name":              autoName(),
					"command":           {Name: "command"},
					"networks_advanced": {Name: "networksAdvanced"},
				},
				// Names and published ports can only be held by one container at a time.
				DeleteBeforeReplace: true,
			},
			"docker_network": {Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()}},
			"docker_volume":  {Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()}},
			"docker_image":   {Tok: "docker:index/remoteImage:RemoteImage"},
			"docker_config": {
				Tok:    "docker:index/serviceConfig:ServiceConfig",
				Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()},
			},
			"docker_secret":  {Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()}},
			"docker_service": {Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()}},
			"docker_plugin":  {Fields: map[string]*tfbridge.SchemaInfo{"name": autoName()}},
		},
		DataSources: map[string]*tfbridge.DataSourceInfo{
			"docker_image": {Tok: "docker:index/getRemoteImage:getRemoteImage"},
		},
	}
	info.MustComputeTokens(tokens.SingleModule("docker_", "index", tokens.MakeStandard("docker")))

	bridge.PrintInputs(info)
	bridge.EndWithEngine()
	tfbridge.Main("docker", version, info, bridge.NoSchema)
}

// autoName gives a resource without a name one of its Pulumi name and a random suffix, as the official plugin does.
func autoName() *tfbridge.SchemaInfo {
	return tfbridge.AutoName("name", 255, "-")
}
