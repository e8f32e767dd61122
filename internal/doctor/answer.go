package doctor

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// answer is a response, read.
type answer struct {
	*http.Response
	body []byte
	took time.Duration // to the head of the response
}

// maxBody is what is read of a bundle: OPA takes more, and one of this size is no policy any more.
const maxBody = 256 << 20

// ask sends what an agent sends, and some headers besides.
func (p *probe) ask(ctx context.Context, within time.Duration, headers map[string]string) (*answer, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, p.URL, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "winpolicy doctor")
	request.Header.Set("Accept-Encoding", "gzip") // as Go's client does for OPA
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
		return nil, fmt.Errorf("the answer has more than %d MiB", maxBody>>20)
	}
	return &answer{response, body, took}, nil
}
