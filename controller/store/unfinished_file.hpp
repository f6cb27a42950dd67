// UnfinishedFile: a temporary file that atomically becomes the file `path` once complete.
#pragma once

#include <string>

namespace flowyard::controller::store {

class UnfinishedFile {
 public:
  // Removes what an earlier try left.
  explicit UnfinishedFile(const std::string& path);
  // Removes the copy unless it was finished.
  ~UnfinishedFile();
  UnfinishedFile(const UnfinishedFile&) = delete;
  UnfinishedFile& operator=(const UnfinishedFile&) = delete;

  const std::string& copy() const { return copy_; }  // what to write
  // Replaces a file of that name; durable.
  void finish();

 private:
  std::string path_, copy_;
  bool done_ = false;
};

}  // namespace flowyard::controller::store
