package cli

// The exit codes.
const (
	exitClean  = 0 // nothing denied
	exitDenied = 1
	exitFailed = 2 // could not run, or could not read
)

// exitError ends the program with a code; its message, where it has one, goes to standard error.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }
