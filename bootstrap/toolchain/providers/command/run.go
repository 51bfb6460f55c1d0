package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	provider "github.com/pulumi/pulumi-go-provider"
)

// run executes one command with the inputs of state and returns what it printed, without the last line's end.
func run(ctx context.Context, command string, state State) (stdout, stderr string, err error) {
	interpreter := []string{"/bin/sh", "-c"}
	if state.Interpreter != nil && len(*state.Interpreter) > 0 {
		interpreter = *state.Interpreter
	}
	arguments := append(slices.Clone(interpreter[1:]), command)
	process := exec.CommandContext(ctx, interpreter[0], arguments...)
	process.Env = environment(state)
	if state.Dir != nil {
		process.Dir = *state.Dir
	}
	if state.Stdin != nil {
		process.Stdin = strings.NewReader(*state.Stdin)
	}

	log := &lineLog{logger: provider.GetLogger(ctx), rest: map[*stream]string{}}
	out, errOut := &stream{log: log}, &stream{log: log}
	out.logged, errOut.logged = loggedStreams(state.Logging)
	process.Stdout, process.Stderr = out, errOut

	err = running.run(process)
	printed := log.close()
	switch {
	case ctx.Err() != nil:
		err = fmt.Errorf("cancelled (%w) while running %q:\n%s", ctx.Err(), command, printed)
	case err != nil:
		err = fmt.Errorf("%w: running %q:\n%s", err, command, printed)
	}
	return out.text(), errOut.text(), err
}

// environment is the provider's own, what the last run printed, and the variables asked for; the last one counts.
func environment(state State) []string {
	env := os.Environ()
	if state.AddPreviousOutputInEnv == nil || *state.AddPreviousOutputInEnv {
		if state.Stdout != "" {
			env = append(env, "PULUMI_COMMAND_STDOUT="+state.Stdout)
		}
		if state.Stderr != "" {
			env = append(env, "PULUMI_COMMAND_STDERR="+state.Stderr)
		}
	}
	if state.Environment != nil {
		for name, value := range *state.Environment {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// loggedStreams says which streams are logged; both unless told.
func loggedStreams(logging *string) (out, err bool) {
	if logging == nil {
		return true, true
	}
	return *logging == "stdout" || *logging == "stdoutAndStderr", *logging == "stderr" || *logging == "stdoutAndStderr"
}
