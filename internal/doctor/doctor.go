// Package doctor sends a bundle server the requests of an OPA agent, and reports what an agent would do with the answers. It
// follows the bundle service protocol of OPA 1.22 and works with any server.
package doctor

import "context"

// Run sends about ten requests. A server that does not answer is a Result. Run returns an error only if the context ends.
func Run(ctx context.Context, options Options) ([]Result, error) {
	probe := &probe{Options: options}
	probe.run(ctx)
	return probe.results, context.Cause(ctx)
}

func (p *probe) run(ctx context.Context) {
	first := p.download(ctx)
	if first == nil {
		return
	}
	p.content(ctx, first.body)
	if p.etag == "" {
		return
	}
	p.replicas(ctx)
	p.notModified(ctx)
	p.etagList(ctx)
	p.longPoll(ctx)
	p.firstPoll(ctx)
}
