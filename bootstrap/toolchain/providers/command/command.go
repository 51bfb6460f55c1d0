package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"

	"github.com/pulumi/pulumi-go-provider/infer"
)

// Command runs a program on the machine that runs Pulumi, at each step of the resource's life.
type Command struct{}

// Inputs are those of the SDK, without the asset and archive paths: collecting files is not part of this build.
type Inputs struct {
	Create      *string            `pulumi:"create,optional"`
	Update      *string            `pulumi:"update,optional"`
	Delete      *string            `pulumi:"delete,optional"`
	Stdin       *string            `pulumi:"stdin,optional"`
	Environment *map[string]string `pulumi:"environment,optional"`
	Dir         *string            `pulumi:"dir,optional"`
	Interpreter *[]string          `pulumi:"interpreter,optional"`
	Triggers    *[]any             `pulumi:"triggers,optional" provider:"replaceOnChanges"`
	Logging     *string            `pulumi:"logging,optional"`
	// AddPreviousOutputInEnv passes what the last run printed to the next; it does so unless it is false.
	AddPreviousOutputInEnv *bool `pulumi:"addPreviousOutputInEnv,optional"`
}

// Annotate describes for the schema what the field's name does not say.
func (in *Inputs) Annotate(a infer.Annotator) {
	a.Describe(&in.Logging, "Which streams are logged: stdout, stderr, stdoutAndStderr (the default) or none.")
}

// State is what a stack remembers of a command: its inputs, and what its last run printed.
type State struct {
	Inputs
	Stdout string `pulumi:"stdout"`
	Stderr string `pulumi:"stderr"`
}

// Annotate gives the resource the SDK's type token.
func (c *Command) Annotate(a infer.Annotator) {
	a.SetToken("local", "Command")
}

// WireDependencies lets the output be secret when any input is: a command may print what it was given.
func (c *Command) WireDependencies(f infer.FieldSelector, in *Inputs, state *State) {
	f.OutputField(&state.Stdout).DependsOn(f.InputField(in))
	f.OutputField(&state.Stderr).DependsOn(f.InputField(in))
}

// Create runs the create command, if there is one.
func (c *Command) Create(
	ctx context.Context, req infer.CreateRequest[Inputs],
) (infer.CreateResponse[State], error) {
	suffix := make([]byte, 4)
	if _, err := rand.Read(suffix); err != nil {
		return infer.CreateResponse[State]{}, err
	}
	state := State{Inputs: req.Inputs}
	resp := infer.CreateResponse[State]{ID: req.Name + hex.EncodeToString(suffix), Output: state}
	if req.DryRun || req.Inputs.Create == nil {
		return resp, nil
	}
	var err error
	resp.Output.Stdout, resp.Output.Stderr, err = run(ctx, *req.Inputs.Create, state)
	return resp, err
}

// Update runs the update command, or the create command when there is none.
func (c *Command) Update(
	ctx context.Context, req infer.UpdateRequest[Inputs, State],
) (infer.UpdateResponse[State], error) {
	state := State{Inputs: req.Inputs, Stdout: req.State.Stdout, Stderr: req.State.Stderr}
	resp := infer.UpdateResponse[State]{Output: state}
	command := req.Inputs.Update
	if command == nil {
		command = req.Inputs.Create
	}
	if req.DryRun || command == nil {
		return resp, nil
	}
	var err error
	resp.Output.Stdout, resp.Output.Stderr, err = run(ctx, *command, state)
	return resp, err
}

// Delete runs the delete command, if there is one, with the inputs of the last create or update.
func (c *Command) Delete(ctx context.Context, req infer.DeleteRequest[State]) (infer.DeleteResponse, error) {
	if req.State.Delete == nil {
		return infer.DeleteResponse{}, nil
	}
	_, _, err := run(ctx, *req.State.Delete, req.State)
	return infer.DeleteResponse{}, err
}
