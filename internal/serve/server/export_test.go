package server

import (
	"net"
)

// NewHTTP is net/http's server as it is used here, without a front.
var NewHTTP = newHTTP

// IsPlain tells whether a request is answered without net/http's server.
func IsPlain(text string) bool { return plainRequest(text) != nil }

// Answer answers an agent until it is gone.
func Answer(handler *Handler, agent net.Conn) error { return newConnection(agent, handler).serve() }
