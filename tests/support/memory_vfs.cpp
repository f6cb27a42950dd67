#include "tests/support/memory_vfs.hpp"

#include <cstring>

#include <sqlite3.h>

namespace flowyard::test {
namespace {

using File = MemoryVfs::File;

// What SQLite allocates for an open file.
struct OpenFile {
  sqlite3_file base;
  MemoryVfs* vfs;
  std::shared_ptr<File>* file;
};

OpenFile& opened(sqlite3_file* file) {
  return *reinterpret_cast<OpenFile*>(file);
}
std::string& bytes_of(sqlite3_file* file) {
  return (*opened(file).file)->bytes;
}

int close(sqlite3_file* file) {
  delete opened(file).file;
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* into, int count, sqlite3_int64 from) {
  const auto& bytes = bytes_of(file);
  const auto size = static_cast<std::size_t>(count), at = static_cast<std::size_t>(from);
  const std::size_t there = at < bytes.size() ? std::min(size, bytes.size() - at) : 0;
  std::memcpy(into, bytes.data() + (there > 0 ? at : 0), there);
  std::memset(static_cast<char*>(into) + there, 0, size - there);
  return there == size ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 to) {
  if (!opened(file).vfs->may_write()) return SQLITE_FULL;
  auto& bytes = bytes_of(file);
  const auto size = static_cast<std::size_t>(count), at = static_cast<std::size_t>(to);
  if (bytes.size() < at + size) bytes.resize(at + size);
  std::memcpy(bytes.data() + at, from, size);
  return SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  bytes_of(file).resize(static_cast<std::size_t>(size));
  return SQLITE_OK;
}

int sync(sqlite3_file*, int) {
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  *size = static_cast<sqlite3_int64>(bytes_of(file).size());
  return SQLITE_OK;
}

// One connection: every lock is free.
int lock(sqlite3_file*, int) {
  return SQLITE_OK;
}
int check_reserved_lock(sqlite3_file*, int* reserved) {
  *reserved = 0;
  return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
int device_characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE | SQLITE_IOCAP_UNDELETABLE_WHEN_OPEN;
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** out) {
  auto& shared = (*opened(file).file)->shared;
  const auto at = static_cast<std::size_t>(region);
  *out = nullptr;
  if (at >= shared.size() && !extend) return SQLITE_OK;
  while (at >= shared.size())
    shared.push_back(std::make_unique<std::string>(static_cast<std::size_t>(size), '\0'));
  *out = shared[at]->data();
  return SQLITE_OK;
}
int lock_shared(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}
void shared_barrier(sqlite3_file*) {}
// The index is made anew by the next who opens the file, as after the end of a process.
int unmap_shared(sqlite3_file* file, int) {
  (*opened(file).file)->shared.clear();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods kMethods{.iVersion = 2,
                                      .xClose = close,
                                      .xRead = read,
                                      .xWrite = write,
                                      .xTruncate = truncate,
                                      .xSync = sync,
                                      .xFileSize = file_size,
                                      .xLock = lock,
                                      .xUnlock = lock,
                                      .xCheckReservedLock = check_reserved_lock,
                                      .xFileControl = file_control,
                                      .xSectorSize = sector_size,
                                      .xDeviceCharacteristics = device_characteristics,
                                      .xShmMap = map_shared,
                                      .xShmLock = lock_shared,
                                      .xShmBarrier = shared_barrier,
                                      .xShmUnmap = unmap_shared,
                                      .xFetch = nullptr,
                                      .xUnfetch = nullptr};

MemoryVfs& vfs_of(sqlite3_vfs* vfs) {
  return *static_cast<MemoryVfs*>(vfs->pAppData);
}

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* flags_out) {
  auto& out = opened(file);
  out.base.pMethods = &kMethods;
  out.vfs = &vfs_of(vfs);
  auto content = std::make_shared<File>();
  if (name) {
    auto& known = vfs_of(vfs).files()[name];
    if (known) content = known;
    known = content;
  }
  out.file = new std::shared_ptr<File>(std::move(content));
  if (flags_out) *flags_out = flags;
  return SQLITE_OK;
}

int remove(sqlite3_vfs* vfs, const char* name, int) {
  vfs_of(vfs).files().erase(name);
  return SQLITE_OK;
}

int access(sqlite3_vfs* vfs, const char* name, int, int* there) {
  *there = vfs_of(vfs).files().contains(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int random_bytes(sqlite3_vfs*, int count, char* out) {
  std::memset(out, 7, static_cast<std::size_t>(count));
  return count;
}

int sleep(sqlite3_vfs*, int microseconds) {
  return microseconds;
}

int current_time(sqlite3_vfs*, double* days) {
  *days = 2'460'000.5;  // Julian; the store asks its Clock, not SQLite
  return SQLITE_OK;
}

int last_error(sqlite3_vfs*, int, char*) {
  return 0;
}

}  // namespace

struct MemoryVfs::Registration {
  sqlite3_vfs table{};
  explicit Registration(MemoryVfs& owner) {
    table.iVersion = 1;
    table.szOsFile = sizeof(OpenFile);
    table.mxPathname = 512;
    table.zName = owner.name_.c_str();
    table.pAppData = &owner;
    table.xOpen = open;
    table.xDelete = remove;
    table.xAccess = access;
    table.xFullPathname = full_path;
    table.xRandomness = random_bytes;
    table.xSleep = sleep;
    table.xCurrentTime = current_time;
    table.xGetLastError = last_error;
    sqlite3_vfs_register(&table, 0);
  }
  ~Registration() { sqlite3_vfs_unregister(&table); }
};

MemoryVfs::MemoryVfs() {
  static std::uint64_t next = 0;
  name_ = "memory-" + std::to_string(next++);
  registration_ = std::make_unique<Registration>(*this);
}

MemoryVfs::~MemoryVfs() = default;

bool MemoryVfs::may_write() {
  if (left_ && *left_ == 0) return false;
  if (left_) --*left_;
  ++writes_;
  return true;
}

std::map<std::string, std::string> MemoryVfs::content() const {
  std::map<std::string, std::string> content;
  for (const auto& [name, file] : files_) content[name] = file->bytes;
  return content;
}

void MemoryVfs::begin_with(const std::map<std::string, std::string>& files) {
  for (const auto& [name, file] : files_) file->bytes.clear();
  for (const auto& [name, bytes] : files) {
    auto& file = files_[name];
    if (!file) file = std::make_shared<File>();
    file->bytes = bytes;
  }
  forget_indexes();
  make_room();
  writes_ = 0;
}

void MemoryVfs::forget_indexes() {
  // SQLite has mapped them: they are emptied where they are.
  for (const auto& [name, file] : files_)
    for (const auto& region : file->shared) std::fill(region->begin(), region->end(), '\0');
}

}  // namespace flowyard::test
