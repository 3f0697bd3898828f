/* The catalogue of findings: FINDING(NAME, code, severity, fact, why, fix, same as).
 *
 * Included several times with different meanings of FINDING; no include guard. docs/messages.md is
 * generated from it. {name} is filled from the finding's parameters. The first letter of a code
 * tells the area: A answers file, H host and login, I install, J journal, K kubeconfig and nodes.
 * A code is never given to another problem. */

/* ---- A: the answers file ---- */

FINDING(ANSWERS_UNREADABLE, "A-01", FAIL, N_("The answers file cannot be read: {reason}."), "",
        N_("Name a readable file after -f; data/examples/ha-demo.yaml shows how one looks."),
        "ls -l {file}")
FINDING(ANSWERS_SYNTAX, "A-02", FAIL, N_("{where}: this is not valid YAML: {reason}."),
        N_("The rest of the file cannot be read before this is right."),
        N_("Correct the line. Common causes: a tab instead of spaces, a missing space after a "
           "colon, an unclosed bracket or quote."),
        "")
FINDING(ANSWERS_UNKNOWN_KEY, "A-03", FAIL, N_("{where}: unknown key “{key}”."),
        N_("A key with a typing error would be ignored without a word."),
        N_("Allowed here: {allowed}."), "")
FINDING(ANSWERS_MISSING_KEY, "A-04", FAIL, N_("{where}: “{key}” is missing."), "",
        N_("Add “{key}: …”: {_expected}."), "")
FINDING(ANSWERS_WRONG_TYPE, "A-05", FAIL,
        N_("{where}: “{key}” has the wrong type: here is {_found}."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_BAD_VALUE, "A-06", FAIL, N_("{where}: “{value}” is not possible for “{key}”."), "",
        N_("“{key}” must be {_expected}."), "")
FINDING(ANSWERS_DUPLICATE_KEY, "A-07", FAIL, N_("{where}: “{key}” stands here twice."),
        N_("Only one of the two would count, without a word."), N_("Remove one of them."), "")
FINDING(ANSWERS_DUPLICATE_NAME, "A-08", FAIL,
        N_("{where}: the host name “{value}” is already used in line {other}."),
        N_("RKE2 knows a node by its name alone; a second one with the same name is refused."),
        N_("Give each host a name of its own."), "")
FINDING(ANSWERS_DUPLICATE_ADDRESS, "A-09", FAIL,
        N_("{where}: the address “{value}” is already used in line {other}."),
        N_("Two entries would install the same machine twice."),
        N_("Give each host its own address."), "")
FINDING(ANSWERS_NO_SERVER, "A-10", FAIL, N_("{where}: no host has the role server."),
        N_("A cluster needs at least one server; three are recommended."),
        N_("Set “role: server” on one, three or five hosts."), "")
FINDING(ANSWERS_EVEN_SERVERS, "A-11", WARN,
        N_("{where}: the number of servers, {count}, is even."),
        N_("etcd needs a majority. The number of servers that may fail is {survive}, no more than "
           "with one server fewer."),
        N_("Use one, three or five servers."), "")
FINDING(ANSWERS_BAD_TOKEN, "A-12", FAIL, N_("{where}: the token cannot be used: {_reason}."),
        N_("RKE2 would read it as something else, or refuse it on the first server."),
        N_("Use 32 or more letters and digits, or leave the token out: then one is generated."),
        "openssl rand -hex 16")
FINDING(ANSWERS_TOKEN_FILE, "A-13", FAIL, N_("The token file cannot be read: {reason}."), "",
        N_("Create it, readable by you alone, or remove “token-file”: then a token is generated."),
        "ls -l {file}")
FINDING(ANSWERS_TOKEN_BOTH, "A-14", FAIL, N_("{where}: both “token” and “token-file” are set."),
        N_("It is not clear which of the two counts."), N_("Keep one of them."), "")
FINDING(ANSWERS_SECRET_MODE, "A-15", WARN, N_("{file} holds a secret and others can read it."),
        N_("Whoever reads it can take over the cluster or its hosts."),
        N_("Run “chmod 600” on the file."), "ls -l {file}")
FINDING(ANSWERS_VERSION_AND_CHANNEL, "A-16", WARN,
        N_("{where}: with “version” set, “channel” has no effect for a tar install."), "",
        N_("Remove “channel” unless the hosts install by rpm and the version is not in the stable "
           "channel."),
        "")
FINDING(ANSWERS_YAML_FEATURE, "A-17", FAIL,
        N_("{where}: here is {_feature}, which an answers file cannot have."),
        N_("The file must show at a glance what each host gets."),
        N_("Write the values out in full, in one document, without anchors and tags."), "")
FINDING(ANSWERS_NO_KEYS, "A-18", FAIL, N_("{where}: the answers file has no keys and values."), "",
        N_("Begin with a copy of data/examples/ha-demo.yaml, which explains each key."), "")
FINDING(ANSWERS_LIST_TOO_LONG, "A-19", FAIL,
        N_("{where}: “{key}” has too many entries: {count}. The limit is {max}."), "",
        N_("Remove entries."), "")
FINDING(ANSWERS_MORE_PROBLEMS, "A-20", FAIL,
        N_("{file}: more problems were found; not shown here: {count}."), "",
        N_("Correct those above first."), "")
