package lib.windows.paths_test

import data.lib.windows.paths

test_normal[path] if {
	some path, want in {
		`C:\Data`: `c:\data`,
		`C:\Data\`: `c:\data`,
		"C:/data": `c:\data`,
		`c:\\data\/logs`: `c:\data\logs`,
		"/data": `c:\data`,
		"/Data//logs/": `c:\data\logs`,
		`\data`: `c:\data`,
		"data": `c:\data`,
		"./data": `c:\data`,
		`C:\.\data\.\`: `c:\data`,
		`C:\data\.`: `c:\data`,
		`C:\.hidden\a.b\c.`: `c:\.hidden\a.b\c.`,
		`D:\data`: `d:\data`,
		"//server/share": `c:\server\share`,
		"/": "c:",
		`\`: "c:",
		"": "c:",
		".": "c:",
		"c:": "c:",
		`C:\`: "c:",
		"C:/.": "c:",
		`D:\`: "d:",
		`C:\data\..\logs`: `c:\data\..\logs`,
		`\\.\pipe\Docker`: `\\.\pipe\docker`,
		`\\server\Share\`: `\\server\share\`,
		`C:\$1`: `c:\$1`,
	}
	paths.normal(path) == want
}

test_normal_of_another_type_is_undefined if {
	every path in [null, 1, ["/"], {}] {
		not paths.normal(path)
	}
}

test_goes_back[path] if {
	some path in [`..\a`, `a\..`, `a\..\b`, `a/..\b`, `a\../b`, `C:\a\..\b`, `\..`]
	paths.goes_back(path)
}

test_does_not_go_back[path] if {
	some path in ["", "..", "../a", "a/../b", "a/..", `a\b`, `a\..b`, `a..\b`, `a\...\b`, `C:\a.\b`, `\\.\pipe\a`]
	not paths.goes_back(path)
}

test_pipes[path] if {
	some path, want in {
		`\\.\pipe\docker_engine`: {"pipe", "like"},
		`\\.\PIPE\docker_engine`: {"like"},
		"//./pipe/docker_engine": {"like"},
		`\\\\.\\pipe\\docker_engine`: {"like"},
		`\.\pipe\docker_engine`: {"like"},
		`\\.\pipe`: set(),
		`C:\pipe\docker_engine`: set(),
		`\\server\pipe\x`: set(),
		"/pipe/x": set(),
		"": set(),
	}
	{"pipe" | paths.pipe(path)} | {"like" | paths.like_a_pipe(path)} == want
}
