module images/coreruleset

go 1.24.0

require github.com/corazawaf/coraza-coreruleset/v4 v4.25.0
