// Excerpts: the line of a source file that an error points at, with a mark below the column. Owned by whoever
// prints errors; reads each file once.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/base/error.hpp"

namespace flowyard::controller::cli {

// Two lines that end with a line end, indented; empty where the text has no such place. Lines end as the
// readers of models take them to: LF, CR LF or CR. A long line is cut around the column.
std::string excerpt_of(std::string_view text, int line, int column);

class Excerpts {
 public:
  // Empty where the file cannot be read here, as may be with what a controller reports.
  std::string at(const FileLocation& location);

 private:
  std::map<std::string, std::string> texts_;
};

}  // namespace flowyard::controller::cli
