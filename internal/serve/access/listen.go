package access

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
)

// Listen opens the server's address. An address that other machines reach needs TLS or InsecureHTTP. Listen logs a warning if
// other machines can read what is sent.
func Listen(ctx context.Context, options Options, log *slog.Logger) (net.Listener, error) {
	listener, err := listen(ctx, options.Address)
	if err != nil {
		return nil, fmt.Errorf("--addr %s: %w", options.Address, err)
	}
	isPlain := options.Files.Certificate == ""
	switch {
	case isLoopback(listener):
	case isPlain && !options.InsecureHTTP:
		return nil, errors.Join(fmt.Errorf("--addr %s: other machines reach this address, so it needs TLS; name --tls-cert and --tls-key, or allow plain text with --insecure-http", options.Address), listener.Close())
	case isPlain:
		log.Warn("bundles and tokens cross the network in plain text; use --tls-cert and --tls-key", "address", listener.Addr().String())
	case options.Tokens == "" && options.Files.ClientCA == "":
		log.Warn("every client that reaches this address can read the bundles; use --tokens or --client-ca", "address", listener.Addr().String())
	}
	return listener, nil
}

// ListenAdmin opens the admin server's address, which must be a loopback address: the admin server asks for no credentials.
func ListenAdmin(ctx context.Context, options Options) (net.Listener, error) {
	listener, err := listen(ctx, options.AdminAddress)
	if err != nil {
		return nil, fmt.Errorf("--admin-addr %s: %w", options.AdminAddress, err)
	}
	if !isLoopback(listener) {
		return nil, errors.Join(fmt.Errorf("--admin-addr %s: other machines reach this address; use a loopback address such as 127.0.0.1:8283", options.AdminAddress), listener.Close())
	}
	return listener, nil
}

func listen(ctx context.Context, address string) (net.Listener, error) {
	var config net.ListenConfig
	return config.Listen(ctx, "tcp", address)
}

// OnlyThisMachine reports whether an address, host:port, is one that no other machine reaches.
func OnlyThisMachine(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

func isLoopback(listener net.Listener) bool {
	address, ok := listener.Addr().(*net.TCPAddr)
	return ok && address.IP.IsLoopback()
}
