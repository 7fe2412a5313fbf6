#include "packets/capture_writer.hpp"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace misproxy {
namespace {

constexpr int kSnapshot = 262144;  // tcpdump's own

std::string sentence(const std::string& path, int error) {
  return fmt::format("cannot write {}: {}", path, std::strerror(error));
}

}  // namespace

void CaptureWriter::Close::operator()(pcap* file) const { pcap_close(file); }
void CaptureWriter::Close::operator()(pcap_dumper* file) const { pcap_dump_close(file); }

std::variant<CaptureWriter, std::string> CaptureWriter::open(const std::string& path,
                                                             int link_type) {
  auto* file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) return sentence(path, errno);
  auto* form =
      pcap_open_dead_with_tstamp_precision(link_type, kSnapshot, PCAP_TSTAMP_PRECISION_NANO);
  auto* dumper = form == nullptr ? nullptr : pcap_dump_fopen(form, file);
  if (dumper == nullptr) {
    std::fclose(file);
    return sentence(path, errno);
  }
  return CaptureWriter(path, form, dumper);
}

void CaptureWriter::write(const RawFrame& frame) {
  using std::chrono::seconds;
  pcap_pkthdr header{};
  const auto whole = std::chrono::floor<seconds>(frame.time);
  header.ts.tv_sec = whole.count();
  header.ts.tv_usec = (frame.time - whole).count();  // nanoseconds, whatever the name
  header.caplen = static_cast<bpf_u_int32>(frame.bytes.size());
  header.len = static_cast<bpf_u_int32>(frame.length);
  pcap_dump(reinterpret_cast<unsigned char*>(file_.get()), &header,
            reinterpret_cast<const unsigned char*>(frame.bytes.data()));
}

std::optional<std::string> CaptureWriter::finish() {
  auto* file = pcap_dump_file(file_.get());
  const bool flushed = std::fflush(file) == 0 && std::ferror(file) == 0;
  if (!flushed) return sentence(path_, errno == 0 ? EIO : errno);
  return std::nullopt;
}

}  // namespace misproxy
