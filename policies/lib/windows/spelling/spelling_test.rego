package lib.windows.spelling_test

import data.lib.windows.spelling

_names := {"gmsaCredentialSpec", "gmsaCredentialSpecName", "hostProcess", "runAsUserName"}

test_closest[word] if {
	some word, want in {
		"runAsUserName": "runAsUserName",
		"runAsUsername": "runAsUserName",
		"RunAsUserName": "runAsUserName",
		"run_as_user_name": "runAsUserName",
		"runAsUser": "runAsUserName",
		"userName": "runAsUserName",
		"runAsUserNmae": "runAsUserName",
		"hostprocess": "hostProcess",
		"hostProcesses": "hostProcess",
		"HostProces": "hostProcess",
		"gmsaCredentialSpecname": "gmsaCredentialSpecName",
		"gMSACredentialSpec": "gmsaCredentialSpec",
		"credentialSpecName": "gmsaCredentialSpecName",
	}
	spelling.closest(word, _names) == want
}

test_like_none[word] if {
	some word in ["runAsNonRoot", "privileged", "seccompProfile", "x", "", "é", concat("", ["a" | some _ in numbers.range(0, 99)])]
	not spelling.closest(word, _names)
}

test_same if {
	spelling.same("runAsUsername", "runAsUserName")
	spelling.same("run-as_user name", "runAsUserName")
	not spelling.same("runAsUser", "runAsUserName")
}
