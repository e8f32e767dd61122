package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answer is a response with its body.
type answer struct {
	*http.Response
	body []byte
	took time.Duration // until the header of the response
}

// maxBody bounds a bundle, in bytes. OPA accepts more, but no policy is that large.
const maxBody = 256 << 20

// ask sends the request of an agent with some additional headers.
func (p *probe) ask(ctx context.Context, within time.Duration, headers map[string]string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "winpolicy doctor")
	request.Header.Set("Accept-Encoding", "gzip") // as OPA's client does
	request.Header.Set("Prefer", "modes=snapshot,delta")
	if p.Token != "" {
		request.Header.Set("Authorization", "Bearer "+p.Token)
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	started := time.Now()
	response, err := p.Client.Do(request)
	if err != nil {
		return nil, err
	}
	took := time.Since(started)
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err = errors.Join(err, response.Body.Close()); err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if len(body) > maxBody {
		return nil, fmt.Errorf("the answer is larger than %d MiB", maxBody>>20)
	}
	return &answer{response, body, took}, nil
}
