// The configuration of ModSecurity that the Core Rule Set runs with, as its own directives.

/** What ModSecurity reads bodies of: all values are looked at, so their number bounds what a request costs. */
const bodyLimit = 1024 ** 2;
const argumentsLimit = 2000;

const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Content types of the API's bodies. */
const contentTypes = [
  "application/json",
  "application/vnd.pgrst.object+json",
  "application/vnd.pgrst.array+json",
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "application/offset+octet-stream",
  "application/graphql-response+json",
  "application/xml",
  "application/pdf",
  "application/zip",
  "multipart/form-data",
  "text/csv",
  "text/plain",
  "text/xml",
  ...["avif", "gif", "jpeg", "png", "svg+xml", "webp"].map((type) => `image/${type}`),
  ...["mpeg", "ogg", "wav", "webm"].map((type) => `audio/${type}`),
  ...["mp4", "mpeg", "quicktime", "webm"].map((type) => `video/${type}`),
];

/** The status that marks the firewall's refusals inside nginx; a client gets 403. */
export const refusalStatus = 418;

const refuse = (id: number, condition: string): string =>
  `SecRule ${condition} "id:${String(id)},phase:2,t:none,deny,status:${String(refusalStatus)},nolog,noauditlog,setvar:'tx.matched_${String(id)}=${String(id)}'"`;

const setting = (id: number, ...values: readonly string[]): string =>
  `SecAction "id:${String(id)},phase:1,pass,nolog,noauditlog,${values.map((value) => `setvar:'tx.${value}'`).join(",")}"`;

/** Every matched rule is noted by its number; messages of the rules themselves hold what matched, so they stay out. */
const noted = "nolog,noauditlog,pass,setvar:'tx.matched_%{rule.id}=%{rule.id}'";

/** The engine: bodies are read, answers are not. */
const engine = (mode: "detect" | "block"): string[] => [
  `SecRuleEngine ${mode === "block" ? "On" : "DetectionOnly"}`,
  "SecRequestBodyAccess On",
  `SecRequestBodyLimit ${String(bodyLimit)}`,
  "SecRequestBodyLimitAction Reject",
  "SecRequestBodyJsonDepthLimit 64",
  `SecArgumentsLimit ${String(argumentsLimit)}`,
  "SecPcreMatchLimit 100000",
  "SecPcreMatchLimitRecursion 100000",
  "SecResponseBodyAccess Off",
  "SecTmpDir /tmp",
  "SecDataDir /tmp",
  "SecUnicodeMapFile /etc/modsecurity.d/unicode.mapping 20127",
  // Request id, address and rules; neither headers nor bodies.
  "SecAuditEngine RelevantOnly",
  'SecAuditLogRelevantStatus "^$"',
  "SecAuditLogParts AHZ",
  "SecAuditLogType Serial",
  "SecAuditLog /dev/stderr",
  `SecDefaultAction "phase:1,${noted}"`,
  `SecDefaultAction "phase:2,${noted}"`,
];

/** How bodies are taken apart, and what cannot be is refused. */
const bodies: readonly string[] = [
  `SecRule REQUEST_HEADERS:Content-Type "@rx ^(?:application/(?:soap[+]|)|text/)xml" "id:10001,phase:1,t:none,t:lowercase,pass,nolog,noauditlog,ctl:requestBodyProcessor=XML"`,
  `SecRule REQUEST_HEADERS:Content-Type "@rx ^application/(?:[a-z0-9.-]+[+])?json" "id:10002,phase:1,t:none,t:lowercase,pass,nolog,noauditlog,ctl:requestBodyProcessor=JSON"`,
  refuse(10011, `&ARGS "@ge ${String(argumentsLimit)}"`),
  refuse(10012, 'REQBODY_ERROR "!@eq 0"'),
  refuse(10013, 'MULTIPART_STRICT_ERROR "!@eq 0"'),
  refuse(10014, 'MULTIPART_UNMATCHED_BOUNDARY "@eq 1"'),
  refuse(10015, 'TX:/^MSC_/ "!@streq 0"'),
];

const setUp: readonly string[] = [
  setting(
    10020,
    "crs_setup_version=4250",
    "blocking_paranoia_level=1",
    "detection_paranoia_level=2",
    "inbound_anomaly_score_threshold=5",
    `allowed_methods=${methods.join(" ")}`,
    `allowed_request_content_type=${contentTypes.map((type) => `|${type}|`).join(" ")}`,
  ),
];

/** The Core Rule Set's blocking, under a status of its own, and its report: the numbers of the rules that matched. */
const judgement: readonly string[] = [
  "SecRuleRemoveById 949110 949111",
  refuse(10030, 'TX:BLOCKING_INBOUND_ANOMALY_SCORE "@ge %{tx.inbound_anomaly_score_threshold}"'),
  `SecRule TX:/^matched_/ "@rx ^(?:9(?:[1-3][0-9]|4[0-4])[1-9]|1001)" "id:10040,phase:5,t:none,pass,nolog,noauditlog,setvar:'tx.matched=%{tx.matched} %{matched_var}'"`,
  `SecRule TX:MATCHED "@rx ." "id:10041,phase:5,t:none,pass,log,auditlog,msg:'blocking score %{tx.blocking_inbound_anomaly_score}, detection score %{tx.detection_inbound_anomaly_score}, rules%{tx.matched}'"`,
];

/** All directives in their order: set-up, the Core Rule Set's request rules, judgement. */
export const firewallRules = (mode: "detect" | "block"): readonly string[] => [
  ...engine(mode),
  ...bodies,
  ...setUp,
  "Include /etc/modsecurity.d/owasp-crs/rules/REQUEST-*.conf",
  ...judgement,
];
