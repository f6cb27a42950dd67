// Reads a NetCDF file in the classic format, by the format's grammar and nothing of the writer's.
#pragma once

#include <bit>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace flowyard::test {

class NetcdfReader {
 public:
  explicit NetcdfReader(std::string bytes) : bytes_(std::move(bytes)) {
    EXPECT_EQ(bytes_.substr(0, 4), std::string("CDF\x02"));
    at_ = 4;
    EXPECT_EQ(number(4), 0u) << "records";
    list(10, [&] {
      const auto name = text();
      lengths.push_back(number(4));
      dimensions.push_back(name);
    });
    attributes[""] = read_attributes();
    list(11, [&] { read_variable(); });
    for (const auto& [name, where] : starts_) EXPECT_GE(where, at_) << name << " starts within the header";
  }

  std::vector<std::string> dimensions;
  std::vector<std::size_t> lengths;
  std::map<std::string, std::map<std::string, std::string>> attributes;
  std::map<std::string, std::vector<double>> numbers;
  std::map<std::string, std::string> texts;
  std::map<std::string, std::vector<std::size_t>> shapes;

 private:
  std::uint64_t number(int size) {
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) value = value << 8U | static_cast<unsigned char>(bytes_.at(at_++));
    return value;
  }
  std::string text() {
    const auto size = number(4);
    const auto value = bytes_.substr(at_, size);
    at_ += (size + 3) / 4 * 4;
    return value;
  }
  template <class Read>
  void list(std::uint64_t tag, Read read) {
    const auto found = number(4);
    const auto count = number(4);
    EXPECT_EQ(found, count == 0 ? 0 : tag);
    for (std::uint64_t i = 0; i < count; ++i) read();
  }
  std::map<std::string, std::string> read_attributes() {
    std::map<std::string, std::string> found;
    list(12, [&] {
      const auto name = text();
      EXPECT_EQ(number(4), 2u) << "a text";
      found[name] = text();
    });
    return found;
  }
  void read_variable() {
    const auto name = text();
    std::size_t count = 1;
    const auto rank = number(4);
    for (std::uint64_t i = 0; i < rank; ++i) {
      shapes[name].push_back(number(4));
      count *= lengths.at(shapes[name].back());
    }
    attributes[name] = read_attributes();
    const bool is_text = number(4) == 2;
    EXPECT_EQ(number(4), is_text ? (count + 3) / 4 * 4 : 8 * count);
    const auto start = number(8);
    starts_[name] = start;
    const auto back = std::exchange(at_, start);
    if (is_text) texts[name] = bytes_.substr(start, count);
    for (std::size_t i = 0; i < count && !is_text; ++i)
      numbers[name].push_back(std::bit_cast<double>(number(8)));
    at_ = back;
  }

  std::string bytes_;
  std::size_t at_ = 0;
  std::map<std::string, std::size_t> starts_;
};

}  // namespace flowyard::test
