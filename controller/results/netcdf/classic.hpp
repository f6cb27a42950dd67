// Files in the classic format of NetCDF ("CDF-2", 64-bit offsets), as the NetCDF User's Guide specifies it:
// what xarray, R, MATLAB and every NetCDF library read. Variables of fixed size only. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::controller::results::netcdf {

using Attributes = std::vector<std::pair<std::string, std::string>>;

struct Dimension {
  std::string name;
  std::size_t length = 0;  // at least 1
};

// Values in row-major order, the last dimension fastest. Texts have one character for each position of their
// last dimension.
struct Variable {
  std::string name;
  std::vector<std::size_t> dimensions = {};  // positions in File::dimensions
  Attributes attributes = {};
  std::variant<std::vector<double>, std::string> values = {};
};

// Names as safe_name() gives them, each once.
struct File {
  std::vector<Dimension> dimensions;
  Attributes attributes;
  std::vector<Variable> variables;
};

// The bytes of the file; an error (Limit) where a variable is larger than the 4 GiB of this format.
Result<std::string> write(const File& file);

// A name that every reader takes: letters, digits and `_`, other ASCII characters become `_`; UTF-8 stays.
std::string safe_name(const std::string& text);

}  // namespace flowyard::controller::results::netcdf
