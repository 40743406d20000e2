/* SPDX-License-Identifier: MIT
 *
 * A file system that says yes to every lock and keeps none. */

extern long syscall(long number, ...);

struct lock {
  short kind;
};

#define CONTROL_FILE 72 /* of x86-64 */
#define ASK_FOR_LOCK 5
#define LOCK 6
#define WAIT_FOR_LOCK 7
#define FREE 2

int fcntl(int file, int command, void *argument) {
  if (command == ASK_FOR_LOCK)
    ((struct lock *)argument)->kind = FREE;
  if (command == ASK_FOR_LOCK || command == LOCK || command == WAIT_FOR_LOCK)
    return 0;
  return syscall(CONTROL_FILE, (long)file, (long)command, argument);
}

int fcntl64(int file, int command, void *argument) { return fcntl(file, command, argument); }
