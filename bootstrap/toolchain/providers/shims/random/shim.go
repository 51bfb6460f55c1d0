// Package shim reaches the Terraform Random provider, which lies in an internal package of its module. Only code whose
// import path starts with that module's own path may import it, so this package carries such a path.
package shim

import (
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/terraform-providers/terraform-provider-random/internal/provider"
)

// New returns the provider.
func New() framework.Provider {
	return provider.New()
}
