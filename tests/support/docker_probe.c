/* A container's only program, for tests against a real Engine: static, so that it runs FROM scratch.
 *
 *   probe sleep                 until SIGTERM, then exits with 0
 *   probe stubborn              ignores SIGTERM
 *   probe exit N                exits with N
 *   probe print N               prints N lines to stdout and N to stderr, in turn, and exits with 0
 *   probe tick                  prints a line every 20 ms until SIGTERM
 *   probe eat MIB               takes so much memory, then sleeps
 *   probe child-eats MIB        the same in a child process, at every SIGUSR1 anew; goes on until SIGTERM
 *   probe write PATH TEXT       writes a file; exits with 1 when it cannot
 *   probe listen PORT           takes TCP connections until SIGTERM
 *   probe reach HOST PORT       connects, within 2 s; exits with 1 and says why when it cannot. HOST is an IPv4
 *                               address, or a name that the Engine's resolver knows
 *   probe abstract NAME         listens at an abstract unix socket until SIGTERM
 *   probe reach-abstract NAME   connects to one; exits with 1 when there is none
 *   probe network               prints every interface, and every socket that /proc tells of
 *   probe whoami                prints uid, gid, and whether / can be written to
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t asked_to_stop = 0;

static void on_term(int signal) {
  (void)signal;
  asked_to_stop = 1;
}

static volatile sig_atomic_t asked_to_begin = 0;

static void on_usr1(int signal) {
  (void)signal;
  asked_to_begin = 1;
}

static void pause_ms(long ms) {
  struct timespec span = {ms / 1000, (ms % 1000) * 1000000L};
  nanosleep(&span, NULL);
}

static int sleep_until_term(void) {
  while (!asked_to_stop) pause_ms(10);
  return 0;
}

static int tick(void) {
  for (int n = 1; !asked_to_stop; ++n) {
    printf("tick %d\n", n);
    pause_ms(20);
  }
  return 0;
}

static int print_lines(int count) {
  for (int n = 1; n <= count; ++n) {
    fprintf(stdout, "out %d\n", n);
    fprintf(stderr, "err %d\n", n);
  }
  return 0;
}

static void take_memory(size_t mib) {
  for (size_t n = 0; n < mib; ++n) {
    char* block = malloc(1 << 20);
    if (!block) _exit(3);
    memset(block, 1, 1 << 20);
  }
}

static int write_file(const char* path, const char* text) {
  const int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file < 0) return 1;
  const ssize_t size = (ssize_t)strlen(text);
  return write(file, text, (size_t)size) == size ? 0 : 1;
}

static int child_eats(size_t mib) {
  signal(SIGUSR1, on_usr1);
  while (!asked_to_stop) {
    if (asked_to_begin) {
      asked_to_begin = 0;
      const pid_t child = fork();
      if (child == 0) {
        write_file("/proc/self/oom_score_adj", "1000"); /* the kernel is to choose this one */
        take_memory(mib);
        _exit(0);
      }
      waitpid(child, NULL, 0);
    }
    pause_ms(10);
  }
  return 0;
}

static struct sockaddr_in address_of(struct in_addr host, int port) {
  struct sockaddr_in address;
  memset(&address, 0, sizeof address);
  address.sin_family = AF_INET;
  address.sin_addr = host;
  address.sin_port = htons((unsigned short)port);
  return address;
}

static struct sockaddr_un abstract_address(const char* name, socklen_t* size) {
  struct sockaddr_un address;
  memset(&address, 0, sizeof address);
  address.sun_family = AF_UNIX;
  strncpy(address.sun_path + 1, name, sizeof address.sun_path - 2);
  *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(name));
  return address;
}

static int abstract_until_term(const char* name) {
  socklen_t size;
  const struct sockaddr_un address = abstract_address(name, &size);
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  if (bind(listener, (const struct sockaddr*)&address, size) != 0 || listen(listener, 8) != 0) return 1;
  printf("listening\n");
  return sleep_until_term();
}

static int reach_abstract(const char* name) {
  socklen_t size;
  const struct sockaddr_un address = abstract_address(name, &size);
  return connect(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr*)&address, size) == 0 ? 0 : 1;
}

/* "socket tcp ...": the lines below the heading. */
static void print_sockets(const char* kind) {
  char path[64], line[512];
  snprintf(path, sizeof path, "/proc/net/%s", kind);
  FILE* table = fopen(path, "r");
  if (!table) return;
  for (int n = 0; fgets(line, sizeof line, table); ++n)
    if (n > 0) printf("socket %s %s", kind, line);
  fclose(table);
}

static int print_network(void) {
  struct if_nameindex* all = if_nameindex();
  for (struct if_nameindex* one = all; one && one->if_name; ++one) printf("interface %s\n", one->if_name);
  if_freenameindex(all);
  const char* kinds[] = {"tcp", "tcp6", "udp", "udp6", "raw", "packet", "unix"};
  for (size_t n = 0; n < sizeof kinds / sizeof *kinds; ++n) print_sockets(kinds[n]);
  return 0;
}

static int listen_until_term(int port) {
  const struct in_addr everywhere = {htonl(INADDR_ANY)};
  const struct sockaddr_in address = address_of(everywhere, port);
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  if (bind(listener, (const struct sockaddr*)&address, sizeof address) != 0 || listen(listener, 8) != 0) return 1;
  printf("listening\n");
  return sleep_until_term(); /* the kernel accepts for us */
}

static void give_up_after_2_s(int socket) {
  const struct timeval span = {2, 0};
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &span, sizeof span);
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &span, sizeof span);
}

/* Asks the Engine's resolver (RFC 1035, one question for an A record). The C library's own resolver wants shared
 * libraries. Returns 0 when there is no answer. */
static int look_up(const char* name, struct in_addr* host) {
  unsigned char message[512] = {0x46, 0x59, 1, 0, 0, 1}; /* id, recursion desired, one question */
  size_t size = 12;
  for (const char* label = name; *label;) {
    const size_t length = strcspn(label, ".");
    if (length == 0 || length > 63 || size + length > 400) return 0;
    message[size++] = (unsigned char)length;
    memcpy(message + size, label, length);
    size += length;
    label += length + (label[length] == '.');
  }
  const unsigned char type_a_class_in[] = {0, 0, 1, 0, 1};
  memcpy(message + size, type_a_class_in, sizeof type_a_class_in);
  size += sizeof type_a_class_in;

  struct in_addr resolver;
  inet_pton(AF_INET, "127.0.0.11", &resolver);
  const struct sockaddr_in address = address_of(resolver, 53);
  const int asking = socket(AF_INET, SOCK_DGRAM, 0);
  give_up_after_2_s(asking);
  sendto(asking, message, size, 0, (const struct sockaddr*)&address, sizeof address);
  const ssize_t got = recv(asking, message, sizeof message, 0);
  /* One record, whose address stands last, and no others behind it. */
  if (got < (ssize_t)size + 14 || message[7] != 1 || message[9] != 0 || message[11] != 0) return 0;
  memcpy(host, message + got - 4, 4);
  return 1;
}

static int reach(const char* name, int port) {
  struct in_addr host;
  if (inet_pton(AF_INET, name, &host) != 1 && !look_up(name, &host)) {
    printf("unknown\n");
    return 1;
  }
  const struct sockaddr_in address = address_of(host, port);
  const int connection = socket(AF_INET, SOCK_STREAM, 0);
  give_up_after_2_s(connection);
  if (connect(connection, (const struct sockaddr*)&address, sizeof address) == 0) return 0;
  printf("%s\n", strerror(errno));
  return 1;
}

int main(int argc, char** argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  const char* mode = argc > 1 ? argv[1] : "";
  if (strcmp(mode, "stubborn") == 0) {
    signal(SIGTERM, SIG_IGN);
  } else {
    signal(SIGTERM, on_term);
  }
  if (strcmp(mode, "sleep") == 0 || strcmp(mode, "stubborn") == 0) return sleep_until_term();
  if (strcmp(mode, "tick") == 0) return tick();
  if (strcmp(mode, "network") == 0) return print_network();
  if (strcmp(mode, "whoami") == 0) {
    const int writable = open("/written", O_WRONLY | O_CREAT, 0644) >= 0;
    printf("uid %d gid %d root %s\n", (int)getuid(), (int)getgid(), writable ? "writable" : "read-only");
    return 0;
  }
  if (argc < 3) return 64;
  if (strcmp(mode, "exit") == 0) return atoi(argv[2]);
  if (strcmp(mode, "listen") == 0) return listen_until_term(atoi(argv[2]));
  if (strcmp(mode, "abstract") == 0) return abstract_until_term(argv[2]);
  if (strcmp(mode, "reach-abstract") == 0) return reach_abstract(argv[2]);
  if (strcmp(mode, "reach") == 0 && argc > 3) return reach(argv[2], atoi(argv[3]));
  if (strcmp(mode, "print") == 0) return print_lines(atoi(argv[2]));
  if (strcmp(mode, "child-eats") == 0) return child_eats((size_t)atoi(argv[2]));
  if (strcmp(mode, "eat") == 0) {
    take_memory((size_t)atoi(argv[2]));
    return sleep_until_term();
  }
  if (strcmp(mode, "write") == 0 && argc > 3) return write_file(argv[2], argv[3]);
  return 64;
}
