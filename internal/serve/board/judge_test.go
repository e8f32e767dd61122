package board

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/publisher"
)

func TestJudge_TakesFewManifestsAtOnce(t *testing.T) {
	judges, gone := newJudges(), canceled(t)
	for range atOnce {
		judges.free <- struct{}{}
	}
	_, err := judges.judge(gone, &publisher.Publication{Revision: "1"}, "a: 1")
	require.ErrorIs(t, err, errBusy)
	<-judges.free
	_, err = judges.judge(gone, &publisher.Publication{Revision: "1"}, "a: 1")
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, judges.free, atOnce-1, "the place is free again")
}

func canceled(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
