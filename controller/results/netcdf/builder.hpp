// Builder: puts a NetCDF file together: names that are unique and safe, and dimensions of words, whose
// elements stand in a variable of the dimension's name. Pure.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "controller/results/netcdf/classic.hpp"

namespace flowyard::controller::results::netcdf {

using Texts = std::vector<std::string>;

// The axes of elements such as "north,old": those that occur in each place. Empty where they are not every
// combination of the axes, the last fastest, and for a scalar.
std::vector<Texts> axes_of(const std::vector<std::string>& elements);

class Builder {
 public:
  File file;

  // A name that no other variable or dimension has.
  std::string unique(const std::string& name);
  std::size_t dimension(const std::string& name, std::size_t length);  // `name` as unique() gave it
  // A dimension whose elements are these.
  std::size_t words(const Texts& elements, const std::string& name);
  // The same, made once for the same elements; `name` where it is made.
  std::size_t dimension_of(const Texts& elements, const std::string& name);

 private:
  std::set<std::string> taken_;
  std::vector<std::pair<Texts, std::size_t>> axes_;  // elements, and the place of their dimension
};

// A table of characters, as the classic format has texts: each filled up to the longest, which is `length`.
std::string characters_of(const Texts& texts, std::size_t length);
std::size_t longest_of(const Texts& texts);  // at least 1

}  // namespace flowyard::controller::results::netcdf
