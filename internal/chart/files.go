package chart

import (
	"fmt"
	"maps"
)

// Files gives the text of each generated file, by its path below the folder of the charts.
func Files(source Source) (map[string][]byte, error) {
	constraints, err := constraintsChart(source)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for _, one := range []chart{templatesChart(source.Templates), constraints, serverChart(source)} {
		written, err := one.written(source.Version)
		if err != nil {
			return nil, fmt.Errorf("chart %s: %w", one.name, err)
		}
		maps.Copy(files, written)
	}
	return files, nil
}
