#include "worker/command/netcdf.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <stdexcept>

namespace flowyard::worker::command {
namespace {

constexpr std::uint32_t kDimensions = 10, kVariables = 11, kAttributes = 12;  // tags of lists
enum Type : std::uint32_t { Byte = 1, Char, Short, Int, Float, Double };
constexpr std::uint32_t kStreaming = 0xFFFFFFFF;  // the number of records is told by the file's size
constexpr std::size_t kMostNames = 10'000;        // dimensions, variables, attributes
constexpr std::size_t kMostRank = 32;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Broken : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::size_t size_of(std::uint32_t type) {
  switch (type) {
    case Byte:
    case Char:
      return 1;
    case Short:
      return 2;
    case Int:
    case Float:
      return 4;
    case Double:
      return 8;
    default:
      throw Broken("it has a type that the classic format does not know");
  }
}

// What netCDF libraries fill with where nothing is written.
std::optional<double> default_fill(std::uint32_t type) {
  if (type == Float || type == Double) return 9.9692099683868690e+36;
  if (type == Int) return -2147483647.0;
  if (type == Short) return -32767.0;
  return std::nullopt;
}

std::size_t padded(std::size_t size) {
  return (size + 3) / 4 * 4;
}

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  NetcdfFile read() {
    is_wide_ = bytes_.at(3) == '\x02';
    at_ = 4;
    const auto records = word();
    list(kDimensions, [&] {
      const auto name = text();
      file_.dimensions.push_back({name, word()});
    });
    list(kAttributes, [&] { attribute(); });
    list(kVariables, [&] { variable(); });
    place_records(records);
    for (std::size_t v = 0; v < places_.size(); ++v) values(places_[v], file_.variables[v]);
    return std::move(file_);
  }

 private:
  struct Attribute {
    std::string name;
    std::optional<double> number;  // the first, where it is one
  };
  // Of a variable in the file.
  struct Place {
    std::uint32_t type = 0;
    std::size_t begin = 0;
    std::size_t step = 0;  // bytes of a record, or of all where it has none
    bool has_records = false;
    std::vector<double> fills;
  };

  std::string_view take(std::size_t size) {
    if (size > bytes_.size() - at_) throw Broken("it is cut short");
    const auto taken = bytes_.substr(at_, size);
    at_ += size;
    return taken;
  }

  std::uint64_t number(std::size_t size) {
    std::uint64_t value = 0;
    for (const char c : take(size)) value = value << 8U | static_cast<unsigned char>(c);
    return value;
  }
  std::uint32_t word() { return static_cast<std::uint32_t>(number(4)); }

  std::string text() {
    const auto size = word();
    const std::string value(take(size));
    take(padded(size) - size);
    return value;
  }

  template <class Read>
  void list(std::uint32_t tag, Read read) {
    const auto found = word();
    const auto count = word();
    if (count > kMostNames || (count > 0 && found != tag)) throw Broken("its header is no header of NetCDF");
    for (std::uint32_t i = 0; i < count; ++i) read();
  }

  static double value_of(std::uint32_t type, std::uint64_t bits) {
    switch (type) {
      case Byte:
        return static_cast<std::int8_t>(bits);
      case Short:
        return static_cast<std::int16_t>(bits);
      case Int:
        return static_cast<std::int32_t>(bits);
      case Float:
        return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      default:
        return std::bit_cast<double>(bits);
    }
  }

  Attribute attribute() {
    Attribute attribute{.name = text(), .number = {}};
    const auto type = word();
    const std::size_t count = word();
    const auto size = size_of(type);
    if (count > bytes_.size()) throw Broken("it is cut short");
    const auto end = at_ + padded(count * size);
    if (type != Char && count > 0) attribute.number = value_of(type, number(size));
    if (end < at_ || end > bytes_.size()) throw Broken("it is cut short");
    at_ = end;
    return attribute;
  }

  void variable() {
    NetcdfVariable variable{.name = text(), .dimensions = {}, .numbers = {}, .characters = {}};
    Place place;
    const auto rank = word();
    if (rank > kMostRank) throw Broken("'" + variable.name + "' has too many dimensions");
    for (std::uint32_t i = 0; i < rank; ++i) {
      const auto dimension = word();
      if (dimension >= file_.dimensions.size())
        throw Broken("'" + variable.name + "' has a dimension that is none");
      variable.dimensions.push_back(dimension);
    }
    list(kAttributes, [&] {
      const auto one = attribute();
      if ((one.name == "_FillValue" || one.name == "missing_value") && one.number)
        place.fills.push_back(*one.number);
    });
    place.type = word();
    word();  // its size, which files of more than 4 GB cannot tell: it follows from the dimensions
    place.begin = number(is_wide_ ? 8 : 4);
    if (const auto fill = default_fill(place.type)) place.fills.push_back(*fill);
    const auto& dimensions = variable.dimensions;
    place.has_records = !dimensions.empty() && file_.dimensions[dimensions.front()].length == 0;
    place.step = size_of(place.type);
    for (std::size_t d = place.has_records ? 1 : 0; d < dimensions.size(); ++d) {
      place.step *= file_.dimensions[dimensions[d]].length;
      if (place.step > bytes_.size()) throw Broken("it is cut short");
    }
    file_.variables.push_back(std::move(variable));
    places_.push_back(std::move(place));
  }

  // The dimension that grows has as many elements as there are records; a record has all variables' parts.
  void place_records(std::size_t records) {
    std::size_t variables = 0, first = bytes_.size();
    for (const auto& place : places_) {
      if (!place.has_records) continue;
      ++variables;
      first = std::min(first, place.begin);
      record_ += padded(place.step);
    }
    if (variables == 1)
      for (const auto& place : places_)
        if (place.has_records) record_ = place.step;  // a single one is not padded
    if (records == kStreaming) records = record_ == 0 ? 0 : (bytes_.size() - first) / record_;
    if (records > bytes_.size() / std::max<std::size_t>(1, record_) + 1) throw Broken("it is cut short");
    for (auto& dimension : file_.dimensions)
      if (dimension.length == 0) dimension.length = records;
    records_ = records;
  }

  void values(const Place& place, NetcdfVariable& variable) {
    const auto size = size_of(place.type);
    const std::size_t parts = place.has_records ? records_ : 1;
    for (std::size_t part = 0; part < parts; ++part) {
      const std::size_t from = place.begin + part * record_;
      if (from > bytes_.size() || place.step > bytes_.size() - from) throw Broken("it is cut short");
      at_ = from;
      if (place.type == Char) {
        variable.characters += take(place.step);
        continue;
      }
      for (std::size_t i = 0; i < place.step / size; ++i) {
        const double value = value_of(place.type, number(size));
        const bool is_fill = std::ranges::any_of(place.fills, [&](double fill) {
          return value == fill ||
                 (place.type == Float && static_cast<float>(value) == static_cast<float>(fill));
        });
        variable.numbers.push_back(is_fill ? kNan : value);
      }
    }
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool is_wide_ = false;
  std::size_t record_ = 0, records_ = 0;  // bytes of a record, and how many there are
  NetcdfFile file_;
  std::vector<Place> places_;
};

}  // namespace

const NetcdfVariable* NetcdfFile::find(std::string_view name) const {
  const auto found = std::ranges::find(variables, name, &NetcdfVariable::name);
  return found == variables.end() ? nullptr : &*found;
}

bool looks_like_netcdf(std::string_view bytes) {
  return bytes.starts_with("CDF") || bytes.starts_with("\x89HDF");
}

Result<NetcdfFile> read_netcdf(std::string_view bytes) {
  if (bytes.size() < 8 || (bytes[3] != '\x01' && bytes[3] != '\x02') || !bytes.starts_with("CDF"))
    return invalid(
        "it is NetCDF of another format than the classic one, which alone is read: in xarray "
        "to_netcdf(path, format=\"NETCDF3_64BIT\"), in R and C the default of new files");
  try {
    return Reader(bytes).read();
  } catch (const Broken& broken) {
    return invalid(std::string("it is NetCDF that cannot be read: ") + broken.what());
  }
}

}  // namespace flowyard::worker::command
