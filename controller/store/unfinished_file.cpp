#include "controller/store/unfinished_file.hpp"

#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace flowyard::controller::store {
namespace {

namespace fs = std::filesystem;

// Makes a new name durable.
void sync_folder(const fs::path& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return;
  ::fsync(descriptor);
  ::close(descriptor);
}

}  // namespace

UnfinishedFile::UnfinishedFile(const std::string& path) : path_(path), copy_(path + ".unfinished") {
  fs::remove(copy_);
}

UnfinishedFile::~UnfinishedFile() {
  std::error_code gone_already;
  if (!done_) fs::remove(copy_, gone_already);
}

void UnfinishedFile::finish() {
  fs::rename(copy_, path_);
  done_ = true;
  sync_folder(fs::absolute(path_).parent_path());
}

}  // namespace flowyard::controller::store
