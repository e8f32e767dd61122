package check

import (
	"context"
	"errors"
	"iter"
	"runtime"

	"winpolicy/internal/report"
)

// ErrNoObject comes with a report if the input has no object. What the user asked for is probably wrong.
var ErrNoObject = errors.New("no Kubernetes object found")

// Job is a part of a run.
type Job struct {
	// Judge reports on the part. It is called on any processor, beside those of other jobs.
	Judge func() *report.Report
	// Settle changes the report by what is known of the jobs before. It is called in the order of the jobs. nil changes nothing.
	Settle func(*report.Report)
}

// Run does the jobs on all processors, and hands over their reports in the order of the jobs, each changed by the adjusts
// before it is counted. jobs gets a context that ends with the run. An error other than ErrNoObject ends the run: one of
// write, or the end of the context.
func Run(ctx context.Context, jobs func(context.Context) iter.Seq[Job], adjusts []func(*report.Report), write func(*report.Report) error) (report.Total, error) {
	var total report.Total
	for part := range parallel(ctx, jobs) {
		for _, adjust := range adjusts {
			adjust(part)
		}
		total.Count(part)
		if err := write(part); err != nil {
			return total, err
		}
	}
	if err := context.Cause(ctx); err != nil {
		return total, err
	}
	if total.Summary.Objects+total.Errors == 0 {
		return total, ErrNoObject
	}
	return total, nil
}

// task is a job, and where its report goes.
type task struct {
	Job
	report chan *report.Report
}

// parallel does jobs on all processors and yields their reports in order. The workers stay for the whole run, because the
// stack of a new goroutine grows with each job. The channels limit how many jobs are in memory.
func parallel(ctx context.Context, jobs func(context.Context) iter.Seq[Job]) iter.Seq[*report.Report] {
	return func(yield func(*report.Report) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		workers := runtime.GOMAXPROCS(0)
		tasks, ordered := make(chan task), make(chan task, ahead*workers)
		for range workers {
			go func() {
				for one := range tasks {
					one.report <- one.Judge()
				}
			}()
		}
		go deal(ctx, jobs(ctx), tasks, ordered)
		for one := range ordered {
			part := <-one.report
			if one.Settle != nil {
				one.Settle(part)
			}
			if !yield(part) {
				return
			}
		}
	}
}

// ahead is how many jobs a worker may be ahead of the one whose report is next.
const ahead = 4

// deal gives each job to a worker, and to the list of those whose reports come in order.
func deal(ctx context.Context, jobs iter.Seq[Job], tasks, ordered chan<- task) {
	defer close(ordered)
	defer close(tasks)
	for job := range jobs {
		one := task{job, make(chan *report.Report, 1)}
		for _, next := range []chan<- task{ordered, tasks} {
			select {
			case next <- one:
			case <-ctx.Done():
				one.report <- report.New()
				return
			}
		}
	}
}
