// Answers in NetCDF: files of our own writer, and one laid out by hand with a dimension that grows.
#include <bit>
#include <cmath>

#include <gtest/gtest.h>

#include "controller/results/netcdf/classic.hpp"
#include "worker/command/answer.hpp"

namespace flowyard::worker::command {
namespace {

namespace netcdf = controller::results::netcdf;
using Numbers = std::vector<double>;

// Big-endian words, as the format has them.
class Bytes {
 public:
  Bytes& word(std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8)
      text += static_cast<char>(value >> static_cast<unsigned>(shift));
    return *this;
  }
  Bytes& name(std::string name) {
    word(static_cast<std::uint32_t>(name.size()));
    name.resize((name.size() + 3) / 4 * 4);
    text += name;
    return *this;
  }
  Bytes& real(float value) { return word(std::bit_cast<std::uint32_t>(value)); }

  std::string text;
};

// CDF-1: time grows; "x" has floats with a fill value of -9, "n" shorts, which fill up a word.
std::string with_records(std::uint32_t records) {
  Bytes bytes;
  bytes.text = std::string("CDF\x01", 4);
  bytes.word(records);
  bytes.word(10).word(1).name("time").word(0);
  bytes.word(0).word(0);
  bytes.word(11).word(3);
  const std::uint32_t header = 212;
  bytes.name("time").word(1).word(0).word(0).word(0).word(5).word(4).word(header);
  bytes.name("x").word(1).word(0);
  bytes.word(12).word(1).name("_FillValue").word(5).word(1).real(-9);
  bytes.word(5).word(4).word(header + 4);
  bytes.name("n").word(1).word(0).word(0).word(0).word(3).word(4).word(header + 8);
  bytes.text.resize(header);
  for (std::uint32_t r = 0; r < 3; ++r)
    bytes.real(static_cast<float>(r)).real(r == 1 ? -9.0F : 1.5F).word(r << 16U);
  return bytes.text;
}

TEST(NetcdfAnswer, HasNumbersSeriesAndSubscripts) {
  netcdf::File file;
  file.dimensions = {{"time", 3}, {"region", 2}, {"letters", 5}, {"age", 2}};
  file.variables = {
      {.name = "time", .dimensions = {0}, .values = Numbers{0, 1, 2}},
      {.name = "region", .dimensions = {1, 2}, .values = std::string("north") + "south"},
      {.name = "rmse", .values = Numbers{0.25}},
      {.name = "Population", .dimensions = {0}, .values = Numbers{7, 8, 9}},
      {.name = "Jobs", .dimensions = {0, 1}, .values = Numbers{1, 10, 2, 20, 3, 30}},
      {.name = "People", .dimensions = {1, 3, 0}, .values = Numbers{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}}};
  const auto answer = read_answer(netcdf::write(file).value()).value();
  EXPECT_EQ(number_of(answer, "rmse").value(), 0.25);
  EXPECT_EQ(series_at(answer, "population", {""}, {0, 2}, Interpolate::None).value(), (Numbers{7, 9}));
  EXPECT_EQ(series_at(answer, "Jobs", {"south", "north"}, {0, 1, 2}, Interpolate::None).value(),
            (Numbers{10, 1, 20, 2, 30, 3}));
  EXPECT_EQ(series_at(answer, "People", {"south,1", "north,2"}, {1}, Interpolate::None).value(),
            (Numbers{8, 5}));
}

TEST(NetcdfAnswer, HasADimensionThatGrows) {
  for (const std::uint32_t records : {3U, 0xFFFFFFFFU}) {
    const auto answer = read_answer(with_records(records)).value();
    EXPECT_EQ(answer.times, (Numbers{0, 1, 2}));
    EXPECT_EQ(answer.series.at("n").elements.at(""), (Numbers{0, 1, 2}));
    const auto& x = answer.series.at("x").elements.at("");
    EXPECT_EQ(x.size(), 3u);
    EXPECT_EQ(x[0], 1.5);
    EXPECT_TRUE(std::isnan(x[1])) << "a fill value is no number";
  }
}

TEST(NetcdfAnswer, RefusesOtherFormatsAndSaysWhatToDo) {
  for (const std::string bytes : {"\x89HDF\r\n\x1a\n", "CDF\x05....", "CDF"})
    EXPECT_NE(read_answer(bytes).error().message.find("NETCDF3_64BIT"), std::string::npos);
}

// Whatever is cut off or turned over: an answer or an error, and no reading outside.
TEST(NetcdfAnswer, SurvivesDamage) {
  const std::string whole = with_records(3);
  int refused = 0;
  for (std::size_t size = 4; size < whole.size(); ++size)
    refused += read_answer(whole.substr(0, size)).has_error() ? 1 : 0;
  EXPECT_EQ(refused, static_cast<int>(whole.size()) - 4 - 2) << "the last two bytes fill up a word";
  for (std::size_t at = 4; at < whole.size(); ++at) {
    for (const char value : {'\x00', '\x7f', '\xff'}) {
      std::string damaged = whole;
      damaged[at] = value;
      (void)read_answer(damaged);
    }
  }
}

}  // namespace
}  // namespace flowyard::worker::command
