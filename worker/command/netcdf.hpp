// Reads files in the classic format of NetCDF ("CDF-1" and "CDF-2"), as the NetCDF User's Guide specifies it:
// all that a program may answer in it. Nothing is trusted: places and sizes are held against the file. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.hpp"

namespace flowyard::worker::command {

struct NetcdfVariable {
  std::string name;
  std::vector<std::size_t> dimensions;  // places in NetcdfFile::dimensions, the last fastest
  std::vector<double> numbers;          // fill values are NaN; empty for texts
  std::string characters;               // of texts
};

struct NetcdfFile {
  struct Dimension {
    std::string name;
    std::size_t length = 0;
  };
  std::vector<Dimension> dimensions;
  std::vector<NetcdfVariable> variables;

  const NetcdfVariable* find(std::string_view name) const;
};

// Whether it begins as NetCDF does, of any format.
bool looks_like_netcdf(std::string_view bytes);

Result<NetcdfFile> read_netcdf(std::string_view bytes);

}  // namespace flowyard::worker::command
