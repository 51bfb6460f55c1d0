package main

import (
	"bytes"
	"strings"
	"sync"

	provider "github.com/pulumi/pulumi-go-provider"
)

// stream keeps what a command prints to one of its streams and logs it line by line as it comes.
type stream struct {
	kept   bytes.Buffer
	log    *lineLog
	logged bool
}

func (s *stream) Write(text []byte) (int, error) {
	s.kept.Write(text)
	s.log.write(text, s)
	return len(text), nil
}

// text is all that was printed, without the last line's end.
func (s *stream) text() string {
	return strings.TrimSuffix(s.kept.String(), "\n")
}

// lineLog brings both streams together, as a terminal would show them.
type lineLog struct {
	mu     sync.Mutex
	logger provider.Logger
	all    bytes.Buffer
	rest   map[*stream]string
}

func (l *lineLog) write(text []byte, from *stream) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all.Write(text)
	if !from.logged {
		return
	}
	lines := strings.Split(l.rest[from]+string(text), "\n")
	for _, line := range lines[:len(lines)-1] {
		l.logger.Info(line)
	}
	l.rest[from] = lines[len(lines)-1]
}

// close logs a last line that has no end, and returns all that was printed.
func (l *lineLog) close() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, line := range l.rest {
		if line != "" {
			l.logger.Info(line)
		}
	}
	return l.all.String()
}
