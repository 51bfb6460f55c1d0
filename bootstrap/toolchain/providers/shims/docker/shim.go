// Package shim reaches the Terraform Docker provider, which lies in an internal package of its module. Only code whose
// import path starts with that module's own path may import it, so this package carries such a path.
package shim

import (
	"github.com/hashicorp/terraform-plugin-sdk/v2/helper/schema"
	"github.com/terraform-providers/terraform-provider-docker/internal/provider"
)

// New returns the provider; version is what it reports of itself.
func New(version string) *schema.Provider {
	return provider.New(version)()
}
