#!/bin/busybox sh
# The first program in the virtual machine: mounts, modules and a simulated chip of 28 lines; then the tests, whose words go to the second serial port.
export PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /tmp
for module in /modules/*; do insmod "$module" || echo "insmod: $module" >/dev/console; done
mount -t configfs configfs /sys/kernel/config
mount -t tracefs tracefs /sys/kernel/tracing
mount -t debugfs debugfs /sys/kernel/debug
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount -t ext4 /dev/vda /disk
ip link set lo up
chip=/sys/kernel/config/gpio-sim/board
mkdir $chip $chip/bank
echo 28 >$chip/bank/num_lines
# The daemon knows the pulls of this label's lines, and they are set as they are there: up to line 8, down from line 9 on.
echo pinctrl-bcm2711 >$chip/bank/label
line=0
while [ $line -lt 28 ]; do mkdir $chip/bank/line$line; echo GPIO$line >$chip/bank/line$line/name; line=$((line + 1)); done
echo 1 >$chip/live
echo "/sys/devices/platform/$(cat $chip/dev_name)/$(cat $chip/bank/chip_name)" >/run/chip
line=0
while [ $line -lt 28 ]; do
  pull=pull-down; [ $line -le 8 ] && pull=pull-up
  echo $pull >"$(cat /run/chip)/sim_gpio$line/pull"; line=$((line + 1))
done
stty -F /dev/ttyS1 raw 2>/dev/null
# A disk with a systemd on it is gone on from, with everything that was mounted here but the disk itself.
if [ -x /disk/lib/systemd/systemd ]; then
  for folder in proc sys dev run; do mount -o move /$folder /disk/$folder; done
  exec switch_root /disk /lib/systemd/systemd
fi
guest >/dev/console 2>/dev/ttyS1
sync; umount /disk; poweroff -f
