package main

import (
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"

	"toolchain/providers/engine"
)

// running are the process groups of the commands under way.
var running = groups{leaders: map[int]struct{}{}}

// groups starts every command as the leader of a process group of its own, so that the keyboard's Ctrl-C reaches
// Pulumi alone, and so that all that a command has started ends with it.
type groups struct {
	mu      sync.Mutex
	leaders map[int]struct{}
	closed  bool
}

func (g *groups) run(process *exec.Cmd) error {
	process.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	process.Cancel = func() error { return syscall.Kill(-process.Process.Pid, syscall.SIGKILL) }

	g.mu.Lock()
	if g.closed {
		g.mu.Unlock()
		return os.ErrProcessDone
	}
	if err := process.Start(); err != nil {
		g.mu.Unlock()
		return err
	}
	g.leaders[process.Process.Pid] = struct{}{}
	g.mu.Unlock()

	defer func() {
		g.mu.Lock()
		delete(g.leaders, process.Process.Pid)
		g.mu.Unlock()
	}()
	return process.Wait()
}

// killAll ends every command and lets no other begin.
func (g *groups) killAll() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	for leader := range g.leaders {
		_ = syscall.Kill(-leader, syscall.SIGKILL)
	}
}

// endWithEngine ends the commands and this process when the engine is gone, or asks for it.
func endWithEngine() {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	select {
	case <-engine.Gone():
	case <-asked:
	}
	running.killAll()
	os.Exit(1)
}
