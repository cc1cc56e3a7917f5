/*
 * A disk that loses in a power cut what nobody asked it to keep: a file system in memory (libfuse 3) in which everything is there twice, as processes see
 * it and as it would be found after the cut. To cut the power, unmount it: it forgets, and mounts itself again. After SIGUSR1 it lies: it says that it
 * keeps what it is asked to, and does not.
 *
 * fsync of a file keeps its bytes, its size, its name and the folders above it, as ext4 and XFS do; fsync of a folder keeps which names are in it, and
 * not its own. Every other cut keeps half of the pages that it need not keep, as a kernel that had begun to write them. A link is a copy.
 */
#define _GNU_SOURCE
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PAGE = 4096, NAME = 256 };

struct node;
/* Where something is; without a parent it is nowhere. */
struct place { struct node *parent; char name[NAME]; };
struct bytes { char *data; off_t size, room; };

struct node {
  struct node *next;
  struct place now, kept;
  struct bytes is, was;     /* as processes see it, and as it would be found */
  off_t from, to;           /* what may differ between the two */
  mode_t mode;
  uid_t uid;
  gid_t gid;
  struct timespec changed;
};

static struct node root = { .mode = S_IFDIR | 0755 };
static struct node *all = &root;
static volatile sig_atomic_t lies;

static void resize(struct bytes *bytes, off_t size) {
  if (size > bytes->room) {
    bytes->room = size + size / 2;
    bytes->data = realloc(bytes->data, bytes->room);
    if (bytes->data == NULL) abort();
  }
  if (size > bytes->size) memset(bytes->data + bytes->size, 0, size - bytes->size);
  bytes->size = size;
}

static void become(struct bytes *bytes, const struct bytes *others) {
  resize(bytes, 0);
  resize(bytes, others->size);
  if (others->size > 0) memcpy(bytes->data, others->data, others->size);
}

static void touched(struct node *node, off_t from, off_t to) {
  if (node->from == node->to) node->from = from, node->to = to;
  if (from < node->from) node->from = from;
  if (to > node->to) node->to = to;
  clock_gettime(CLOCK_REALTIME, &node->changed);
}

static struct node *child(const struct node *parent, const char *name, size_t length) {
  for (struct node *node = all; node != NULL; node = node->next)
    if (node->now.parent == parent && strncmp(node->now.name, name, length) == 0 && node->now.name[length] == '\0') return node;
  return NULL;
}

/* The last folder of a path, and what comes after it. */
static struct node *folder(const char *path, const char **name) {
  struct node *node = &root;
  for (path += 1; node != NULL; path += strcspn(path, "/") + 1) {
    size_t length = strcspn(path, "/");
    if (path[length] == '\0') return *name = path, node;
    node = child(node, path, length);
  }
  return NULL;
}

static struct node *at(const char *path, struct fuse_file_info *open) {
  const char *name;
  if (open != NULL && open->fh != 0) return (struct node *)open->fh;
  if (strcmp(path, "/") == 0) return &root;
  struct node *parent = folder(path, &name);
  return parent == NULL ? NULL : child(parent, name, strlen(name));
}

static struct node *make(const char *path, mode_t mode) {
  const char *name;
  struct node *parent = folder(path, &name), *node = calloc(1, sizeof *node);
  node->now.parent = parent;
  strncpy(node->now.name, name, NAME - 1);
  node->mode = mode;
  node->uid = fuse_get_context()->uid;
  node->gid = fuse_get_context()->gid;
  touched(node, 0, 0);
  node->next = all->next;
  all->next = node;
  return node;
}

/* What is kept. */

static void keep_place(struct node *node) {
  for (struct node *other = all; other != NULL && node->now.parent != NULL; other = other->next)
    if (other != node && other->kept.parent == node->now.parent && strcmp(other->kept.name, node->now.name) == 0) other->kept.parent = NULL;
  node->kept = node->now;
}

static void keep_bytes(struct node *node) {
  resize(&node->was, node->is.size);
  if (node->to > node->is.size) node->to = node->is.size;
  if (node->from < node->to) memcpy(node->was.data + node->from, node->is.data + node->from, node->to - node->from);
  node->from = node->to = 0;
}

static int sync_file(const char *path, int only_data, struct fuse_file_info *open) {
  (void)only_data;
  struct node *node = at(path, open);
  if (lies) return 0;
  keep_bytes(node);
  for (; node != &root && node->now.parent != NULL; node = node->now.parent) keep_place(node);
  return 0;
}

static int sync_folder(const char *path, int only_data, struct fuse_file_info *open) {
  (void)only_data;
  struct node *here = at(path, open);
  for (struct node *node = all; node != NULL && !lies; node = node->next)
    if (node->now.parent == here || node->kept.parent == here) keep_place(node);
  return 0;
}

static int is_found(const struct node *node) {
  while (node != NULL && node != &root) node = node->kept.parent;
  return node == &root;
}

static void forget(void) {
  static int cuts;
  int is_torn = cuts++ % 2;
  for (struct node *node = all; node != NULL; node = node->next) {
    for (off_t page = node->from / PAGE * PAGE; is_torn && page < node->to && page < node->is.size; page += PAGE) {
      off_t end = page + PAGE < node->is.size ? page + PAGE : node->is.size;
      if (rand() % 2) continue;
      if (node->was.size < end) resize(&node->was, end);
      memcpy(node->was.data + page, node->is.data + page, end - page);
    }
    become(&node->is, &node->was);
    node->from = node->to = 0;
    node->now = node->kept;
  }
  /* What nothing leads to is taken out first and freed last, as it may be what the rest is found by. */
  struct node *lost = NULL;
  for (struct node **link = &all; *link != NULL;) {
    struct node *node = *link;
    if (is_found(node)) link = &node->next;
    else *link = node->next, node->next = lost, lost = node;
  }
  for (struct node *next; lost != NULL; lost = next) {
    next = lost->next;
    free(lost->is.data), free(lost->was.data), free(lost);
  }
  lies = 0;
}

/* What processes see. */

static int get(const char *path, struct stat *stat, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  if (node == NULL) return -ENOENT;
  *stat = (struct stat){ .st_mode = node->mode, .st_nlink = 1, .st_uid = node->uid, .st_gid = node->gid, .st_size = node->is.size };
  stat->st_mtim = stat->st_ctim = stat->st_atim = node->changed;
  stat->st_blocks = (node->is.size + 511) / 512;
  return 0;
}

static int list(const char *path, void *into, fuse_fill_dir_t add, off_t from, struct fuse_file_info *open, enum fuse_readdir_flags flags) {
  (void)from, (void)flags;
  struct node *here = at(path, open);
  add(into, ".", NULL, 0, 0);
  add(into, "..", NULL, 0, 0);
  for (struct node *node = all; node != NULL; node = node->next)
    if (node->now.parent == here) add(into, node->now.name, NULL, 0, 0);
  return 0;
}

static int open_node(const char *path, struct fuse_file_info *open) {
  struct node *node = at(path, NULL);
  if (node == NULL) return -ENOENT;
  if ((open->flags & O_TRUNC) != 0 && node->is.size > 0) touched(node, 0, node->is.size), resize(&node->is, 0);
  open->fh = (uint64_t)node;
  return 0;
}

static int create(const char *path, mode_t mode, struct fuse_file_info *open) {
  open->fh = (uint64_t)make(path, mode);
  return 0;
}

static int make_folder(const char *path, mode_t mode) {
  make(path, S_IFDIR | mode);
  return 0;
}

static int take_away(const char *path) {
  struct node *gone = at(path, NULL);
  for (struct node *node = all; node != NULL; node = node->next)
    if (node->now.parent == gone) return -ENOTEMPTY;
  gone->now.parent = NULL;
  return 0;
}

static int move(const char *from, const char *to, unsigned int flags) {
  const char *name;
  struct node *node = at(from, NULL), *there = at(to, NULL), *parent = folder(to, &name);
  if (flags != 0) return -EINVAL;
  if (there == node) return 0;
  if (there != NULL && take_away(to) != 0) return -ENOTEMPTY;
  node->now.parent = parent;
  memset(node->now.name, 0, NAME);
  strncpy(node->now.name, name, NAME - 1);
  return 0;
}

static int copy(const char *from, const char *to) {
  struct node *node = at(from, NULL), *made = make(to, node->mode);
  become(&made->is, &node->is);
  become(&made->was, &node->was);
  made->from = node->from, made->to = node->to;
  return 0;
}

static int read_bytes(const char *path, char *into, size_t size, off_t from, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  if (from >= node->is.size) return 0;
  if (from + (off_t)size > node->is.size) size = node->is.size - from;
  memcpy(into, node->is.data + from, size);
  return size;
}

static int write_bytes(const char *path, const char *bytes, size_t size, off_t from, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  off_t end = from + size, before = node->is.size;
  if (end > before) resize(&node->is, end);
  memcpy(node->is.data + from, bytes, size);
  touched(node, from < before ? from : before, end);
  if ((open->flags & (O_SYNC | O_DSYNC)) != 0) sync_file(path, 0, open);
  return size;
}

static int cut_off(const char *path, off_t size, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  touched(node, size < node->is.size ? size : node->is.size, size < node->is.size ? node->is.size : size);
  resize(&node->is, size);
  return 0;
}

static int set_mode(const char *path, mode_t mode, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  node->mode = (node->mode & S_IFMT) | (mode & 07777);
  return 0;
}

static int set_owner(const char *path, uid_t uid, gid_t gid, struct fuse_file_info *open) {
  struct node *node = at(path, open);
  if (uid != (uid_t)-1) node->uid = uid;
  if (gid != (gid_t)-1) node->gid = gid;
  return 0;
}

static int set_times(const char *path, const struct timespec times[2], struct fuse_file_info *open) {
  struct node *node = at(path, open);
  if (times[1].tv_nsec == UTIME_NOW) clock_gettime(CLOCK_REALTIME, &node->changed);
  else if (times[1].tv_nsec != UTIME_OMIT) node->changed = times[1];
  return 0;
}

static int room(const char *path, struct statvfs *stat) {
  (void)path;
  *stat = (struct statvfs){ .f_bsize = PAGE, .f_frsize = PAGE, .f_blocks = 1 << 20, .f_bfree = 1 << 20, .f_bavail = 1 << 20, .f_namemax = NAME - 1 };
  return 0;
}

static void *begin(struct fuse_conn_info *connection, struct fuse_config *config) {
  (void)connection;
  config->hard_remove = 1;
  config->nullpath_ok = 1;
  return NULL;
}

static const struct fuse_operations operations = {
  .init = begin, .getattr = get, .readdir = list, .opendir = open_node, .open = open_node, .create = create, .mkdir = make_folder,
  .unlink = take_away, .rmdir = take_away, .rename = move, .link = copy, .read = read_bytes, .write = write_bytes, .truncate = cut_off, .fsync = sync_file,
  .fsyncdir = sync_folder, .chmod = set_mode, .chown = set_owner, .utimens = set_times, .statfs = room,
};

static void lie(int signal) {
  (void)signal;
  lies = 1;
}

int main(int count, char *values[]) {
  if (count != 2) return 2;
  signal(SIGUSR1, lie);
  char *options[] = { values[0], "-o", "allow_other,default_permissions,fsname=forgetful" };
  for (;;) {
    struct fuse_args args = FUSE_ARGS_INIT(3, options);
    struct fuse *fuse = fuse_new(&args, &operations, sizeof operations, NULL);
    if (fuse == NULL || fuse_mount(fuse, values[1]) != 0) return 1;
    puts("mounted");
    fflush(stdout);
    /* A signal ends the loop too, and is no end. */
    while (fuse_loop(fuse) == -EINTR) continue;
    fuse_unmount(fuse);
    fuse_destroy(fuse);
    forget();
  }
}
