// Files in the classic format of NetCDF ("CDF-2", 64-bit offsets), as the NetCDF User's Guide specifies it:
// what xarray, R, MATLAB and every NetCDF library read. Variables of fixed size only. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
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

// What stands in place of values that the caller writes after the header, piece by piece.
enum class Elsewhere { Numbers, Characters };

// Values in row-major order, the last dimension fastest. Texts have one character for each position of their
// last dimension.
struct Variable {
  std::string name;
  std::vector<std::size_t> dimensions = {};  // positions in File::dimensions
  Attributes attributes = {};
  std::variant<std::vector<double>, std::string, Elsewhere> values = {};
};

// Names as safe_name() gives them, each once.
struct File {
  std::vector<Dimension> dimensions;
  Attributes attributes;
  std::vector<Variable> variables;
};

// What stands before the values, which follow it in the order of the variables, each as bytes_of() has it. An
// error (Limit) where a variable is larger than the 4 GiB of this format.
Result<std::string> header_of(const File& file);
// The values of a variable; of one whose values are elsewhere what it is filled up with behind them.
std::string bytes_of(const File& file, const Variable& variable);
void append_number(std::string& bytes, double value);
// Of all values of a variable, with what fills it up.
std::uint64_t size_of(const File& file, const Variable& variable);

// The bytes of the file, which has no values elsewhere; an error (Limit) where a variable is larger than the
// 4 GiB of this format.
Result<std::string> write(const File& file);

// A name that every reader takes: letters, digits and `_`, other ASCII characters become `_`; UTF-8 stays.
std::string safe_name(const std::string& text);

}  // namespace flowyard::controller::results::netcdf
