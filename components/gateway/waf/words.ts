// Words that rules of paranoia level 1 look for and that an ordinary request could spell, in lower case. A test sends
// every word of the Core Rule Set's files in every place of an ordinary request, and finds what is missing here.

const list = (text: string): string[] => text.trim().split(/\s+/);

/** Tell an attack wherever they stand. */
export const tellingParts = list(`
  0x2e 0x2f 0x5c __js __pycache__/ _method addgroup addressbook ansible apparmor_ arjdisp auditctl
  aurepot ausearch base32 base64 basenc bash_ bashrc boto bsdcat bsdiff bsdtar builtin bunzip2 busybox
  bzdecompress bzip2recover call_user_func cfid cfsid cftoken chgpasswd chpass classloader cobcrun
  constructor coproc coverage credentials cshrc curl_ cvs database declaredclass dockerfile
  dockerignore document e2fsck env eslintignore fbcindex fdmount fdumount file_get file_put filetest
  fish_variables forward fping6 fsockopen ftpconfig ftpstats ftpwho gcc get_class getcap gitattributes
  gitconfig gitignore gitkeep gitlab_config_ gitmodules google_authenticator groupmod gunzip gzdecode
  gzinflate gzuncompress having hgignore history htaccess htdigest html htpasswd initial_root_password
  ip6-loopback/ ippeveprinter ippfind ipptool javassist lastlog lessecho lessfile lesshst lesspipe
  lftpget lighttpdpassword localhost/ localhost4/ losetup lsb_release lynx_cookies lz4cat lzmadec
  lzmainfo meteor_login_token mkfifo mktemp mlocate msdb msmtprc myscmserverinfo mysql nbproject/
  netcat netplan netrc netstat nohup northwind npmrc nsconfig nsr ob_start ognlcontext ognlutil
  onerror onintr parentnode pdb2mb pearrc pg_ pgpass php piconv pinerc pkexec powershell proc/ proc_
  proclog procmailrc profile propertyutilsbean proto ptardiff ptargrep py3versions python2 python3
  pyversions realpath rhosts rmuser runtime rustdoc rustfmt rustup s3cfg schema script secrets
  selected_editor session setcap setsid shell_ sleep sp_ sqlite strace sudo svnadmin svnauthz svnbench
  svndumpfilter svnfsfs svnignore svnlook svnmucc svnrdump svnserve svnsync svnversion sys tcping
  telnet timeout traceroute uconv union unlzma unpigz unzstd useradd userdel usermod viminfo vimrc
  vscode web-inf/ whoami wp-config- wp-config_ www_acl wwwacl xauthority xp_ yarnrc zdiff zegrep zend_
  zfgrep zgrep zipcloak zipcmp zipdetails zipgrep zipinfo zipmerge zipnote zipsplit ziptool zless
  zmodload zmore zshrc zstdcat zstdgrep zstdless zstdmt
`);

/** Tell an attack as a word of their own: commands, most of them. */
export const tellingWords = list(`
  arj atobm blkid brwap byobu bzcat bzcmp bzexe bzip2 bzz c89 c99 chattr chgrp chmod choom chown chsh
  cmp cobc comm cpan cpio cscli csh df diff dmesg dnf doas dpkg dvips efax egrep emacs endif endsw eqn
  esac esh expr fdfind fdisk fg fgrep fmt formaction fping gcore gdb ghc ghci ginsh gpg grc grcat grep
  gzcat gzexe gzip htop hup iconv iftop irb jexec jjs jq ksh lastcomm lftp ls lscpu lshw lsmod lsof
  lspci lsusb lz lz4 lz4c lzcat lzcmp lzma mailq mawk mknod mtr nasm nawk ncat nmap nping nroff nstat
  opkg pdb pdb3 pdksh perf perl perl5 pftp pg pgrep pigz ping6 pkg pkill popd printf psed psql ptar
  ptx pushd pwd pxz raku rbash rcp reboot rmdir rmt rnano rpmdb rsync runc rustc rview rvim scp sdiff
  sed sendmail sftp sh shuf slsh socat ssh svn tac tailf tbl tclsh tcsh tempdb tftp tmux trap troff
  uname uniq unlz4 unrar unxz vigr vipw virsh w3m wc wget whois xargs xetex xmore xpad xterm xxd xz
  xzcat xzcmp xzdec yum zcat zcmp zrun zsh zstd
`);

/** Tell an attack at the end of a word: a command that runs the next one. */
export const tellingEnds = ["command", "eval", "time", "watch"];
