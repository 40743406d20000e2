/* SPDX-License-Identifier: MIT
 *
 * A clock of the wall that is wrong by as many seconds as a file says, for whoever asks for it: what
 * counts the time since something, and the files, have the right one. */

extern char *getenv(const char *name);
extern int open(const char *path, int flags, ...);
extern void *mmap(void *address, unsigned long length, int protection, int flags, int file, long at);
extern long syscall(long number, ...);

struct moment {
  long seconds;
  long parts;
};

#define GET_TIME 228 /* of x86-64 */
#define WALL 0
#define COARSE_WALL 5
#define READ_ONLY 0
#define READABLE 1
#define SHARED 1

static long wrong_by(void) {
  static volatile long *seconds;
  if (!seconds)
    seconds = mmap(0, sizeof(long), READABLE, SHARED, open(getenv("WRONG_CLOCK"), READ_ONLY), 0);
  return *seconds;
}

int clock_gettime(int clock, struct moment *moment) {
  int failed = syscall(GET_TIME, (long)clock, moment);
  if (!failed && (clock == WALL || clock == COARSE_WALL))
    moment->seconds += wrong_by();
  return failed;
}

int gettimeofday(struct moment *moment, void *zone) {
  int failed = clock_gettime(WALL, moment);
  moment->parts /= 1000;
  return failed;
}

long time(long *seconds) {
  struct moment now;
  clock_gettime(WALL, &now);
  if (seconds)
    *seconds = now.seconds;
  return now.seconds;
}
