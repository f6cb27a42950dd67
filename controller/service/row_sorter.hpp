// RowSorter: rows of a table of results in the order of a column, however many there are: the rows lie on the
// disk, in memory are a key and a place of each (24 bytes). On a pool's thread, one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "controller/results/table_query.hpp"
#include "controller/service/spill.hpp"

namespace flowyard::controller::service {

class RowSorter {
 public:
  RowSorter(const std::string& folder, std::size_t column, bool is_descending)
      : rows_(folder), column_(column), is_descending_(is_descending) {}

  void add(const results::ResultRow& row);
  void sort();  // after the last; rows of the same key keep their order, those without a value come last
  std::uint64_t size() const { return entries_.size(); }
  // The rows first, first + 1, ... of that order.
  std::vector<results::ResultRow> read(std::uint64_t first, std::uint64_t count) const;

 private:
  struct Entry {
    double key = 0;  // NaN: no value; of a text, its rank once that is known
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
  };

  Spill rows_;
  std::size_t column_;
  bool is_descending_;
  std::vector<Entry> entries_;
  std::map<std::string, std::size_t> texts_;  // and the number under which `key` has it until sort()
  std::string waiting_;                       // bytes that are not on the disk yet
};

}  // namespace flowyard::controller::service
