// Package engine watches the process that started a plugin.
package engine

import (
	"os"
	"time"
)

// Gone returns a channel that is closed when the engine is gone, which has no chance to say so when it was killed:
// this process then has another parent.
func Gone() <-chan struct{} {
	parent := os.Getppid()
	gone := make(chan struct{})
	go func() {
		for os.Getppid() == parent {
			time.Sleep(250 * time.Millisecond)
		}
		close(gone)
	}()
	return gone
}
