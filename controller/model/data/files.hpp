// The files that a model refers to, each read once. Owned by one resolve(); not for several threads.
#pragma once

#include <map>

#include "controller/model/data/resolve.hpp"
#include "controller/model/data/sheet.hpp"

namespace flowyard::controller::model::data {

// A sheet, and the workbook for its names.
struct Opened {
  const Sheet* sheet = nullptr;
  const Workbook* book = nullptr;
};

class Files {
 public:
  explicit Files(const FileSource& source) : source_(source) {}

  // The sheet `tab` of a workbook; of separated text the only one, `tab` then being the separator.
  Result<Opened> open(const std::string& file, const std::string& tab);

 private:
  Result<Workbook> read(const std::string& file, const std::string& tab) const;

  const FileSource& source_;
  std::map<std::string, Result<Workbook>> books_;
};

}  // namespace flowyard::controller::model::data
