"""What is added to the guest's units from outside: the image holds no test hook.

systemd takes extra units as credentials, from firmware strings and from the kernel's command line. `SHELL_UNIT` puts a
root shell on a virtual console, which no hardware has.
"""

SHELL_UNIT = """[Unit]
DefaultDependencies=no
[Service]
ExecStart=/bin/sh -c 'exec 0<>/dev/hvc0 1>&0 2>&0; stty raw -echo; while read -r line; do eval "$line"; done'
Restart=always
RestartSec=1
KillMode=process
"""
WANTS_SHELL = "[Unit]\nWants=vizora-test-shell.service\n"
PATIENT = "[Service]\nTimeoutStartSec=1800\nWatchdogSec=600\n"
"""For the services: emulated, they take a hundred times as long as on a real machine."""
SERVICES = ("player", "cache", "provision", "diagnostics", "network", "setup")

CREDENTIALS = {
    "systemd.extra-unit.vizora-test-shell.service": SHELL_UNIT,
    "systemd.unit-dropin.sysinit.target": WANTS_SHELL,
    **{f"systemd.unit-dropin.vizora-{name}.service": PATIENT for name in SERVICES},
}
"""By the name under which systemd looks for them."""
