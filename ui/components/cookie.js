const YEAR = 365 * 24 * 3600
export default function ({ data }) {
  const secure = location.protocol === "https:" ? "; Secure" : ""
  document.cookie = `${data.name}=${encodeURIComponent(data.value)}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`
}
