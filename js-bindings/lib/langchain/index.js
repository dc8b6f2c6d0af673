export { ChatRealm } from './ChatRealm.js'
export { RealmEmbeddings } from './RealmEmbeddings.js'
