/* SPDX-License-Identifier: MIT
 *
 * Before a screen at which nobody looks, Kodi goes through each of its pictures, but paints only
 * what it is asked for: painting is the work of a graphics card, and here the processor would spend
 * most of its time on it. A real screen also makes whoever paints on it wait for its next refresh.
 *
 * A file named by ASKED_FOR_PICTURE asks for one picture, and is gone when that is on the screen. */

extern int access(const char *path, int mode);
extern void *dlsym(void *library, const char *symbol);
extern char *getenv(const char *name);
extern int unlink(const char *path);
extern int usleep(unsigned microseconds);

#define NEXT_LIBRARY ((void *)-1L)
#define REFRESH 40000 /* microseconds */

static enum { CLOSED, OPEN, PAINTED } eyes;

static void *next(const char *symbol) { return dlsym(NEXT_LIBRARY, symbol); }

/* What was painted is sent to the display at the latest with what Kodi does for the next picture. */
static void next_picture(void) {
  const char *asked = getenv("ASKED_FOR_PICTURE");
  if (eyes == OPEN)
    eyes = PAINTED;
  else if (eyes == PAINTED) {
    unlink(asked);
    eyes = CLOSED;
  } else if (!access(asked, 0))
    eyes = OPEN;
  usleep(REFRESH);
}

void glClear(unsigned mask) {
  static void (*clear)(unsigned);
  if (!clear)
    clear = next("glClear");
  if (eyes == OPEN)
    clear(mask);
}

void glDrawArrays(unsigned mode, int first, int count) {
  static void (*draw)(unsigned, int, int);
  if (!draw)
    draw = next("glDrawArrays");
  if (eyes == OPEN)
    draw(mode, first, count);
}

void glDrawElements(unsigned mode, int count, unsigned type, const void *indices) {
  static void (*draw)(unsigned, int, unsigned, const void *);
  if (!draw)
    draw = next("glDrawElements");
  if (eyes == OPEN)
    draw(mode, count, type, indices);
}

void glXSwapBuffers(void *display, unsigned long drawable) {
  static void (*swap)(void *, unsigned long);
  if (!swap)
    swap = next("glXSwapBuffers");
  if (eyes == OPEN)
    swap(display, drawable);
  next_picture();
}

unsigned eglSwapBuffers(void *display, void *surface) {
  static unsigned (*swap)(void *, void *);
  unsigned swapped = 1;
  if (!swap)
    swap = next("eglSwapBuffers");
  if (eyes == OPEN)
    swapped = swap(display, surface);
  next_picture();
  return swapped;
}
