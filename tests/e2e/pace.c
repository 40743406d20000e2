/* SPDX-License-Identifier: MIT
 *
 * A real screen makes whoever paints on it wait for its next refresh. Xvfb has none: Kodi would
 * paint as often as the processor can, which paints here, and keep a core busy with it. */

extern int atoi(const char *text);
extern void *dlsym(void *library, const char *symbol);
extern char *getenv(const char *name);
extern int usleep(unsigned microseconds);

#define NEXT_LIBRARY ((void *)-1L)

static void wait_for_refresh(void) {
  static int milliseconds;
  if (!milliseconds)
    milliseconds = atoi(getenv("REFRESH_MILLISECONDS"));
  usleep(1000 * milliseconds);
}

void glXSwapBuffers(void *display, unsigned long drawable) {
  static void (*swap)(void *, unsigned long);
  if (!swap)
    swap = dlsym(NEXT_LIBRARY, "glXSwapBuffers");
  swap(display, drawable);
  wait_for_refresh();
}

unsigned eglSwapBuffers(void *display, void *surface) {
  static unsigned (*swap)(void *, void *);
  unsigned swapped;
  if (!swap)
    swap = dlsym(NEXT_LIBRARY, "eglSwapBuffers");
  swapped = swap(display, surface);
  wait_for_refresh();
  return swapped;
}
